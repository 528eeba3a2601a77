import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// C functions that take the place of the system's in a program, for faults that nothing else brings about.
struct ReplacedFunctions {
  /// Whether there is a compiler for them.
  static let areAvailable = access("/usr/bin/cc", X_OK) == 0

  private let scratch = ScratchDirectory("replaced")

  /// Compiles the functions.
  init(_ source: String) throws {
    scratch.write(Array(source.utf8), to: "functions.c")
    let made = Tool.shell("cc -shared -fPIC -o functions.so functions.c", in: scratch.path).run()
    try #require(made.status == .exited(0), "\(made.errorText)")
  }

  /// The command with the functions in place.
  func replaced(in command: Command) -> Command {
    var command = command
    command.environment.append("LD_PRELOAD=\(scratch.path.appending("functions.so"))")
    return command
  }
}
