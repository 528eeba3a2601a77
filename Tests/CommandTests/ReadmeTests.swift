import PipeTestSupport
import SystemPackage
import Testing

/// The README says nothing that the command does not do.
@Suite("README", .timeLimit(.minutes(5)))
struct ReadmeTests {
  /// A command of a console block and the lines that it prints.
  struct Transcript: Sendable, CustomTestStringConvertible {
    let command: String
    var lines: [String]
    var testDescription: String { command }
  }

  @Test("shows what the command prints", arguments: transcripts().filter { !$0.lines.isEmpty })
  func transcript(_ transcript: Transcript) {
    let directory = CommandBinary.path(of: "cifar-pipe").removingLastComponent()
    let result = Command(
      "/bin/sh", ["-c", "exec 2>&1; \(transcript.command)"],
      environment: ["PATH=\(directory.string):/usr/bin:/bin"]
    ).run(limit: .seconds(120))

    #expect(result.status == .exited(0))
    #expect(result.outputText == transcript.lines.map { $0 + "\n" }.joined())
  }

  @Test("has transcripts")
  func complete() {
    #expect(Self.transcripts().filter { !$0.lines.isEmpty }.count >= 3)
  }

  @Test("quotes the example as its file has it")
  func quotations() throws {
    let blocks = try Self.blocks(RepositoryFile.text("README.md"))
    let swift = try #require(blocks.first { $0.language == "swift" })
    let indented = swift.lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()

    #expect(try RepositoryFile.text("Sources/Examples/CIFARBatches.swift").contains(indented))
  }

  /// The commands of all console blocks of a page; none if there is no such page.
  static func transcripts(of page: String = "README.md") -> [Transcript] {
    var transcripts: [Transcript] = []
    // Without the page the test of completeness fails.
    for block in blocks((try? RepositoryFile.text(page)) ?? "") where block.language == "console" {
      for line in block.lines {
        if line.hasPrefix("$ ") {
          transcripts.append(Transcript(command: String(line.dropFirst(2)), lines: []))
        } else if !transcripts.isEmpty {
          transcripts[transcripts.count - 1].lines.append(line)
        }
      }
    }
    return transcripts
  }

  /// The fenced blocks of a text; the indentation of their fence is taken away.
  private static func blocks(_ text: String) -> [(language: String, lines: [String])] {
    var blocks: [(language: String, lines: [String])] = []
    var indentation: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("```") {
        if indentation == nil { blocks.append((String(content.dropFirst(3)), [])) }
        indentation = indentation == nil ? line.count - content.count : nil
      } else if let indentation {
        blocks[blocks.count - 1].lines.append(String(line.dropFirst(indentation)))
      }
    }
    return blocks
  }
}
