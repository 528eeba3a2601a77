import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// A scratch directory with a home and a directory `out`, in which `fetch` of the sample archive is run.
struct FetchPlace {
  /// The digest of the sample archive.
  static let digest = ExtractSamples.sha256(ExtractSamples.archive)
  /// The name that the sample archive gets.
  static let archiveName = "cifar-10-binary.tar.gz"

  /// Everything is in it.
  let scratch = ScratchDirectory("fetch")

  /// Makes the directory.
  init() {
    mkdir(out.string, 0o755)
  }

  /// The directory that most tests fetch into.
  var out: FilePath { scratch.path.appending("out") }
  /// What is in it.
  var names: [String] { FileBytes.names(in: out) }
  /// The archive under its final name.
  var archive: [UInt8]? { FileBytes.read(out.appending(Self.archiveName)) }
  /// The unfinished archive.
  var part: [UInt8]? { FileBytes.read(out.appending(Self.archiveName + ".part")) }

  /// Any command with the home of this place.
  func command(_ arguments: [String]) -> Command {
    var command = Tool.command(arguments, in: scratch.path)
    command.environment.append("HOME=\(scratch.path)/home")
    return command
  }

  /// `fetch` of a URL with a digest, by default that of the sample archive.
  func fetch(_ url: String, _ more: String..., digest: String? = Self.digest) -> Command {
    command(["fetch", "--url", url] + (digest.map { ["--sha256", $0] } ?? []) + more)
  }

  /// Runs `fetch` into ``out`` without unpacking.
  func archiveOnly(_ server: LoopbackServer, _ more: String...) -> CommandResult {
    var command = fetch(server.url("/a.tar.gz"), "--output", "out", "--archive-only")
    command.arguments += more
    return command.runChecked()
  }

  /// Waits until so many bytes are stored, at most half a minute.
  func waitForPart(_ byteCount: Int) {
    let path = out.appending(Self.archiveName + ".part").string
    var found = stat()
    let isStored = becomesTrue { stat(path, &found) == 0 && found.st_size >= byteCount }
    #expect(isStored, "the unfinished file has \(found.st_size) bytes, not \(byteCount)")
  }
}
