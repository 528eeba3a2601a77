import ArgumentParser
import Glibc

/// The program from its first line to its exit code.
public enum Program {
  /// Runs the command that the words of the command line name, and ends the process.
  public static func main() -> Never {
    ProcessClock.begin()
    StandardDescriptors.guardClosed()
    // A reader that goes away is an error of write, and so ends the program like any other: in order.
    signal(SIGPIPE, SIG_IGN)
    let words = RawArguments.words(CommandLine.unsafeArgv, count: CommandLine.argc)
    do {
      var command = try CIFARPipe.parseAsRoot(words)
      guard !(command is CIFARPipe) else {
        throw CommandError.usage("a command is missing; see 'cifar-pipe --help'")
      }
      try SignalTrap.shared.set()
      try command.run()
      exit(ExitStatus.success.rawValue)
    } catch {
      Ending(of: error, words: words).end()
    }
  }
}
