import Glibc
import PipeTestSupport
import SystemPackage
import Testing

/// A terminal whose screen nobody looks at.
private final class PseudoTerminal {
  /// The device that a program writes to.
  let path: FilePath
  private let descriptor: Int32

  /// Opens one; traps if the system has none left.
  ///
  /// The requests are `TIOCSPTLCK` and `TIOCGPTN`; the corresponding C functions are `unlockpt` and
  /// `ptsname`.
  init() {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (unlocked, number) = (Int32(0), Int32(0))
    let isReady =
      ioctl(descriptor, 0x4004_5431, &unlocked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0
    precondition(isReady, "no terminal: \(errno)")
    path = FilePath("/dev/pts/\(number)")
  }

  deinit {
    close(descriptor)
  }
}

@Suite("Terminals", .timeLimit(.minutes(5)))
struct TerminalTests {
  @Test(
    "binary formats are refused on a terminal, before any work",
    arguments: [
      ["batch", "--format", "npy"], ["batch", "--format", "raw"],
      ["batch", "--format", "raw", "--output", "-"],
      ["show", "--output", "-"],
    ])
  func refused(words: [String]) throws {
    let terminal = PseudoTerminal()
    var command = Tool.command(words + ["--data", "nowhere"])
    command.standardOutput = .file(terminal.path)

    let result = command.runChecked()

    #expect(result.status == .exited(64))
    #expect(result.errorText.hasPrefix("cifar-pipe: a terminal cannot show"))
  }

  @Test("text is printed on a terminal")
  func printed() throws {
    let terminal = PseudoTerminal()
    var command = Tool.command(["batch", "--data", SampleData.directory.string, "--batches", "1"])
    command.standardOutput = .file(terminal.path)

    #expect(command.runChecked().status == .exited(0))
  }
}
