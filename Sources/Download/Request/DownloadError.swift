import FileSupport
import SystemPackage
import Threads

/// What one source did, once it is known that nothing more comes from it.
public struct SourceReport: Sendable, Equatable {
  /// The source, without secrets.
  public let url: String
  /// The last thing that went wrong there.
  public let failure: SourceFailure
  /// Requests that failed; redirects do not count.
  public let tryCount: Int
}

/// Why a file was not fetched.
public enum DownloadError: Error, Sendable {
  /// A URL that cannot be downloaded from; its text has no secrets in it.
  case badURL(String, reason: String)
  /// The library that speaks HTTP cannot be loaded.
  case transportUnavailable(reason: String)
  /// Every source failed for good; at least one report, in the order of the sources.
  case sources([SourceReport])
  /// The caller asked to stop; what came so far is kept at `part`.
  case stopped(part: FilePath, expected: Int?, found: Int)
  /// The caller asked to stop while another process held the lock of the directory.
  case stoppedWaiting(lock: FilePath)
  /// The total time limit has passed; what came so far is kept at `part`.
  case timeLimit(Duration, part: FilePath, expected: Int?, found: Int)
  /// Another file has the final name; its first difference.
  case wrongFile(FilePath, SourceFailure)
  /// A file has the final name, and nothing is known to check it with.
  case uncheckableFile(FilePath)
  /// Another process has held the lock of the directory for as long as was allowed to wait.
  case busy(lock: FilePath, holder: Int?)
  /// Another process works on the same unfinished file, although this one holds the lock: locks do not hold there.
  case interfered(part: FilePath)
  /// There is no thread to be had, and so no digest.
  case noThread(ThreadError)
  /// The file system is full; `missing` is how many bytes were still to come, if known.
  case noSpace(FilePath, missing: Int?)
  /// The directory or a file in it cannot be created, opened or replaced.
  case cannotCreate(FileError)
  /// Reading or writing failed on the way.
  case file(FileError)
  /// A file of which no digest is known could not be inspected to its end.
  case notInspected(any Error)
}

extension DownloadError: CustomStringConvertible {
  /// One line: the thing, what is wrong with it, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .badURL(let url, let reason): "\(escaped(url.utf8)): \(reason)"
    case .transportUnavailable(let reason):
      "libcurl: cannot be loaded (\(escaped(reason.utf8))); install it, or pass a file:// URL"
    case .sources(let reports): reports.map { Self.line($0) }.joined(separator: "; ")
    case .stopped(let part, let expected, let found):
      "\(part.escaped): stopped with \(Self.progress(expected, found)); the same command continues from there"
    case .stoppedWaiting(let lock): "\(lock.escaped): stopped while waiting for another process"
    case .timeLimit(let limit, let part, let expected, let found):
      "\(part.escaped): not complete within \(limit.components.seconds) s, with "
        + "\(Self.progress(expected, found)); the same command continues from there"
    case .wrongFile(let path, let failure):
      "\(path.escaped): exists and is not the expected file: \(failure); use --force to replace it"
    case .uncheckableFile(let path):
      "\(path.escaped): exists, and no digest is known to check it with; use --force to replace it"
    case .busy(let lock, let holder):
      "\(lock.escaped): locked by " + (holder.map { "process \($0)" } ?? "another process")
        + "; try again when it has ended"
    case .interfered(let part):
      "\(part.escaped): another process fetches into it, too; try again when it has ended"
    case .noSpace(let path, let missing):
      "\(path.escaped): no space left on device"
        + (missing.map { " (\($0) bytes still needed)" } ?? "")
    case .cannotCreate(let error), .file(let error): "\(error)"
    case .noThread(let error): "\(error)"
    case .notInspected(let error): "\(error)"
    }
  }

  private static func line(_ report: SourceReport) -> String {
    "\(escaped(report.url.utf8)): \(report.failure)"
      + (report.tryCount > 1 ? ", after \(report.tryCount) tries" : "")
  }

  private static func progress(_ expected: Int?, _ found: Int) -> String {
    expected.map { "\(found) of \($0) bytes" } ?? "\(found) bytes"
  }
}

extension DownloadError {
  /// Whose fault an error is, which is what an exit status tells.
  public enum Cause: Sendable, Equatable {
    /// A URL that was asked for is impossible.
    case usage
    /// What was received, or what is in the place of the file, is wrong.
    case data
    /// No source delivered, retries included.
    case network
    /// The output may not or cannot be created.
    case creation
    /// Reading or writing failed on the way.
    case storage
    /// Busy or out of time: the same command may work later.
    case temporary
    /// The caller asked to stop.
    case stopped
  }

  /// Whose fault this is; one source that delivered wrong bytes makes it a matter of data, else one that has asked to
  /// come back later makes it one of time.
  public var cause: Cause {
    switch self {
    case .badURL: .usage
    case .wrongFile: .data
    case .sources(let reports):
      if reports.contains(where: { $0.failure.isWrongData }) {
        .data
      } else {
        reports.contains { $0.failure.isPostponement } ? .temporary : .network
      }
    case .transportUnavailable: .network
    case .uncheckableFile, .cannotCreate: .creation
    case .noSpace, .file, .notInspected: .storage
    case .busy, .interfered, .noThread, .timeLimit: .temporary
    case .stopped, .stoppedWaiting: .stopped
    }
  }
}
