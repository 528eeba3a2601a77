import PipeTestSupport

/// The blocks of docs/queues-and-threads.md.
///
/// A block of code follows a line with the path of its file in backquotes, and a block of output follows the code.
enum Walkthrough {
  /// A quoted file, and the lines that the document says it gives.
  struct Quotation: Sendable {
    let path: String
    let code: String
    let output: [String]
  }

  /// All quotations of the document.
  ///
  /// - Throws: `Errno` if the document cannot be read.
  static func quotations() throws -> [Quotation] {
    var quotations: [Quotation] = []
    var path = ""
    var block: (language: Substring, lines: [Substring])?
    for line in try RepositoryFile.text("docs/queues-and-threads.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if let open = block {
        guard line == "```" else {
          block!.lines.append(line)
          continue
        }
        block = nil
        if open.language == "swift" {
          quotations.append(
            Quotation(path: path, code: open.lines.map { $0 + "\n" }.joined(), output: []))
        } else if open.language == "text", let last = quotations.popLast() {
          quotations.append(
            Quotation(path: last.path, code: last.code, output: open.lines.map(String.init)))
        }
      } else if line.hasPrefix("```") {
        block = (line.dropFirst(3), [])
      } else if line.hasPrefix("`Sources/Examples/") {
        path = String(line.dropFirst().prefix { $0 != "`" })
      }
    }
    return quotations
  }

  /// The lines that the document says an example gives.
  ///
  /// - Throws: `Errno` if the document cannot be read.
  static func output(of name: String) throws -> [String]? {
    try quotations().first { $0.path == "Sources/Examples/\(name).swift" }?.output
  }
}
