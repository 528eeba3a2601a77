import ArgumentParser
import Platform

/// The program from its first line to its exit code.
public enum Program {
  /// Runs the command that the words of the command line name, and ends the process.
  public static func main() -> Never {
    ThisProcess.begin()
    SignalTrap.holdQuestions()
    StandardDescriptors.guardClosed()
    // A reader that goes away is an error of write, and so ends the program like any other: in order.
    signal(SIGPIPE, SIG_IGN)
    // The same for a file that grows beyond what `ulimit -f` allows.
    signal(SIGXFSZ, SIG_IGN)
    let words = RawArguments.words
    do {
      // Before the parser takes the first of it.
      try ThisProcess.requireMemory()
      if let script = CompletionScript.requested(by: words) {
        try OutputStream.standard.write(script + "\n")
        exit(ExitStatus.success.rawValue)
      }
      // The parser takes any word for help about the root.
      if words.first == "help", CommandPath(words).unknown != nil { throw ValidationError("") }
      var command = try CIFARPipe.parseAsRoot(words)
      guard !(command is CIFARPipe) else { throw CommandError.noCommand }
      try SignalTrap.shared.set()
      try command.run()
      exit(ExitStatus.success.rawValue)
    } catch {
      Ending(of: error, words: words).end()
    }
  }
}

/// Descriptors 0, 1 and 2, which a caller may have closed.
private enum StandardDescriptors {
  /// Fills closed ones with `/dev/null`, opened so that using them fails.
  ///
  /// Otherwise the next file that is opened would get the number, and results would land in it.
  static func guardClosed() {
    for (descriptor, mode) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] as [(Int32, Int32)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is the closed one, since those below it are open by now.
      _ = open("/dev/null", mode)
    }
  }
}
