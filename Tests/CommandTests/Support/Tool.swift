import Platform
import PipeTestSupport
import SystemPackage

/// Runs the built `cifar-pipe`; every message that any test of the suite sees passes through here.
enum Tool {
  /// The program under test.
  static let path = CommandBinary.path(of: "cifar-pipe")

  /// The environment of the tests: where the program is found, and nothing else that it reads.
  static var environment: [String] { ["PATH=\(path.removingLastComponent()):/usr/bin:/bin"] }

  /// The program with `arguments`, not started yet.
  static func command(_ arguments: [String], in directory: FilePath? = nil) -> Command {
    Command(path, arguments, environment: environment, directory: directory)
  }

  /// A shell script that finds `cifar-pipe` in its `PATH`.
  static func shell(_ script: String, in directory: FilePath? = nil) -> Command {
    Command("/bin/sh", ["-c", script], environment: environment, directory: directory)
  }

  /// Runs the program to its end and checks its messages.
  static func run(_ arguments: String..., in directory: FilePath? = nil) -> CommandResult {
    command(arguments, in: directory).runChecked()
  }
}

extension Command {
  /// Runs the command to its end and checks its messages.
  func runChecked(limit: Duration = .seconds(60)) -> CommandResult {
    start().finishChecked(limit: limit)
  }
}

extension CommandRun {
  /// Waits for the end of the command and checks its messages.
  func finishChecked(limit: Duration = .seconds(60)) -> CommandResult {
    let result = finish(limit: limit)
    MessageRules.check(result)
    return result
  }
}
