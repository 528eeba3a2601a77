import Platform
import PipeTestSupport
import Testing

@Suite("The terminal of the tests", .timeLimit(.minutes(2)))
struct TerminalScreenTests {
  @Test(
    "the screen shows what a terminal of 10 columns and 4 rows would show",
    arguments: [
      ("a\r\nb", "a\nb"),
      ("12345\rab\u{1b}[K", "ab"),
      ("1234567890ab", "1234567890\nab"),
      ("1234567890\r\nab", "1234567890\nab"),
      ("\u{1b}[?7l1234567890abc", "123456789c"),
      ("1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"),
      ("1\r\n2\r\n3\u{1b}[2A\rx\u{1b}[J", "x"),
      ("1\r\n2\r\n3\u{1b}[1F\u{1b}[2K", "1\n\n3"),
      ("\u{1b}[31mred\u{1b}[0m", "red"),
      ("\u{1b}[2J\u{1b}[2;3Hx", "\n  x"),
      ("shell\u{1b}[?1049h\u{1b}[Hlive\u{1b}[?1049l", "shell"),
      ("▇é", "▇é"),
    ])
  func shown(bytes: String, text: String) {
    var screen = TerminalScreen(columns: 10, rows: 4)

    screen.receive(bytes.utf8)

    #expect(screen.text == text)
    #expect(screen.unknown.isEmpty)
  }

  @Test("a sequence may come in pieces; what is unknown is told")
  func pieces() {
    var screen = TerminalScreen(columns: 10, rows: 4)

    for byte in "a\u{1b}[?25l".utf8 { screen.receive([byte]) }

    #expect(screen.text == "a")
    #expect(!screen.isCursorVisible)
    screen.receive("\u{1b}[5Zb\u{1}".utf8)
    #expect(screen.unknown == ["ESC [5Z", "control 1"])
  }

  @Test("a program has its size, reads keys, and is told of a new size")
  func program() {
    let terminal = PseudoTerminal(columns: 30, rows: 5)
    var command = Command(
      "/bin/sh",
      ["-c", "trap 'stty size >&2' WINCH; stty size >&2; read a; echo \"got $a\" >&2; read b; exit 3"],
      environment: ["PATH=/usr/bin:/bin"])
    command.terminal = terminal
    command.readsTerminal = true
    command.standardError = .terminal
    let run = command.start()

    #expect(run.waitForScreen { $0.text == "5 30" })
    terminal.type("x\r")
    #expect(run.waitForScreen { $0.text == "5 30\nx\ngot x" })
    run.resize(columns: 40, rows: 6)
    #expect(run.waitForScreen { $0.text.contains("6 40") })
    terminal.type("\r")

    #expect(run.finish().status == .exited(3))
    #expect(terminal.isInLineMode)
  }
}
