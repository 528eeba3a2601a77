import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// A test that is data: a shell script and what it must print.
///
/// `cases/<command>/<name>.sh` runs in a scratch directory that holds `data`, `archive.tar.gz` and `hundred`
/// (of CIFAR-100): links to generated records, which no script changes. Beside it lie `<name>.exit` (0
/// without the file), `<name>.stdout` and `<name>.stderr` (empty without the file). With
/// `CIFAR_PIPE_SET_EXPECTATIONS` in the environment these are written from what came out, to be read before
/// they are committed.
struct CommandCase: Sendable, CustomTestStringConvertible {
  /// The script's path without `.sh`.
  let path: FilePath

  /// All cases, sorted.
  static let all: [CommandCase] = {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("cases")
    return FileBytes.names(in: root).flatMap { command in
      let directory = root.appending(command)
      return FileBytes.names(in: directory).filter { $0.hasSuffix(".sh") }
        .map { CommandCase(path: directory.appending(String($0.dropLast(3)))) }
    }
  }()

  /// The command and the name.
  var testDescription: String {
    "\(path.removingLastComponent().lastComponent!.string)/\(path.lastComponent!.string)"
  }

  /// What the files beside the script say.
  var expected: (exit: String, output: String, error: String) {
    (
      text("exit") ?? "0\n", text("stdout") ?? "", text("stderr") ?? ""
    )
  }

  /// Runs the script; its messages are still to be checked.
  func run() -> (exit: String, result: CommandResult) {
    let scratch = ScratchDirectory("case")
    for (name, target) in [
      ("data", SampleData.directory), ("archive.tar.gz", SampleData.archive), ("hundred", SampleData.hundred),
    ] {
      symlink(target.string, scratch.path.appending(name).string)
    }
    var command = Command(
      "/bin/sh", [path.string + ".sh"], environment: Tool.environment, directory: scratch.path)
    command.environment.append("HOME=home")
    // A script may start the program dozens of times, which takes a debug build its time.
    let result = command.run(limit: .seconds(280))
    let exit =
      switch result.status {
      case .exited(let code): "\(code)\n"
      case .signalled(let signal): "signal \(signal)\n"
      case .timedOut: "timed out\n"
      }
    return (exit, result)
  }

  /// Writes what came out as what is expected; a file for each thing that is not the default.
  func expect(_ exit: String, _ result: CommandResult) throws {
    try write(exit == "0\n" ? [] : Array(exit.utf8), "exit")
    try write(result.output, "stdout")
    try write(result.error, "stderr")
  }

  private func text(_ suffix: String) -> String? { FileBytes.text(FilePath("\(path).\(suffix)")) }

  private func write(_ bytes: [UInt8], _ suffix: String) throws {
    let file = FilePath("\(path).\(suffix)")
    guard !bytes.isEmpty else {
      unlink(file.string)
      return
    }
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .truncate],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
  }
}
