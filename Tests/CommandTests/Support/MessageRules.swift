import PipeTestSupport
import Testing

@testable import CIFARPipeCommands

/// What holds for everything that the program writes to standard error, whatever the command (A12).
enum MessageRules {
  /// Words that no message may have: they come from the language or the source, not from us.
  private static let forbidden = [
    "Optional(", "Error Domain", "Fatal error", ".swift", "fatalError", "Swift.", "nil", "Errno(",
    "FilePath(",
    "#0", "Foundation",
  ]

  /// Records an issue for each broken rule.
  static func check(_ result: CommandResult) {
    guard let text = String(validating: result.error, as: UTF8.self) else {
      Issue.record("a message is not UTF-8: \(result.errorText)")
      return
    }
    // An empty command line is answered by the help, which is no message.
    if text == HelpPage(CIFARPipe.self).short + "\n" { return }
    #expect(text.isEmpty || text.hasSuffix("\n"), "the last message has no end: \(text)")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      check(line)
    }
  }

  private static func check(_ line: Substring) {
    let isDigest = line.wholeMatch(of: /sha256 [0-9a-f]{64}/) != nil
    #expect(isDigest || line.wholeMatch(of: /cifar-pipe: .*[^.;: ]/) != nil, "not a message: \(line)")
    #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }, "control bytes: \(line)")
    for word in forbidden { #expect(!line.contains(word), "'\(word)' in: \(line)") }
  }
}
