import FileSupport
import SystemPackage

/// Why a data set was not put in place, apart from the errors of a download and of an archive.
enum FetchError: CommandFailure {
  /// The network was ruled out, and the archive is not in its place.
  case offline(FilePath)
  /// None of the places where other programs leave copies has one that is right.
  case nothingToAdopt(fileName: String, directoryName: String)
  /// Things in the cache are wrong; which ones has been said.
  case wrongCache(FilePath, count: Int)
  /// There is no cache, and no directory was named.
  case noCache
  /// The archive was in its place a moment ago, and somebody has removed it, as `cache clear` does.
  case removed(FilePath)
  /// None of the sources of an archive is of use.
  case noSource(archive: String)
}

extension FetchError: CustomStringConvertible {
  var status: ExitStatus {
    switch self {
    case .offline, .nothingToAdopt: .noInput
    case .wrongCache: .dataError
    case .noCache: .cannotCreate
    case .removed: .temporaryFailure
    case .noSource: .unavailable
    }
  }

  /// One line, with what to do where there is something to do.
  var description: String {
    switch self {
    case .offline(let path): "\(path.escaped): not there, and --offline rules out to fetch it"
    case .nothingToAdopt(let fileName, let directoryName):
      "no copy of \(fileName) or \(directoryName) found; fetch it without --adopt"
    case .wrongCache(let path, let count):
      "\(path.escaped): \(count) \(count == 1 ? "entry is" : "entries are") wrong; run 'cifar-pipe fetch --force'"
    case .noCache: "no cache: set CIFAR_PIPE_CACHE or HOME, or name a directory with --output"
    case .removed(let path):
      "\(path.escaped): another process has removed it before it was unpacked; try again"
    case .noSource(let archive): "\(archive): none of the sources delivers"
    }
  }
}
