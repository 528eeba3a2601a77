extension BenchReport {
  /// A line a result, with a head: the figures of the JSON report, names joined by `_`, lists left out.
  ///
  /// What was measured, and when, is the same in each line, so that lines of several reports can be put together.
  /// Source: RFC 4180, with line feeds alone.
  var csv: String {
    let rows = results.map { JSON.object(members(of: $0) + occasion.jsonMembers).flattened }
    var names: [String] = []
    for name in rows.joined().map(\.name) where !names.contains(name) { names.append(name) }
    let lines = rows.map { row in
      names.map { name in row.first { $0.name == name }?.value ?? "" }
    }
    return ([names] + lines).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// Tables in Markdown, with what was measured above them, and the verdicts below.
  var markdown: String {
    let facts = occasion.lines.map { "- \($0.name): \($0.text)\n" }.joined()
    let tables = tables.map { rows in
      let lines = [rows[0].map(\.name), rows[0].map { _ in "---" }] + rows.map { $0.map(\.value) }
      return "\n" + lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
    let verdicts = results.map { result in
      let title = title(result)
      let digest = result.digest.map { " SHA-256 `\($0)`." } ?? ""
      let warnings = result.warnings.map { " Warning: \($0)." }.joined()
      return "- \(title.isEmpty ? "" : title + ": ")\(result.verdict.text).\(digest)\(warnings)\n"
    }
    return facts + tables.joined() + "\n" + verdicts.joined()
      + (ranking.isEmpty ? "" : "\n" + ranking.joined(separator: "\n") + "\n")
  }

  /// A field of a CSV line; only those with a comma or quotes need quotes.
  private static func quoted(_ field: String) -> String {
    guard field.contains(",") || field.contains("\"") else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

extension JSON {
  /// The plain values of an object and of the objects in it, by the names on the way to them; no lists.
  fileprivate var flattened: [(name: String, value: String)] {
    guard case .object(let members) = self else { return [] }
    return members.flatMap { name, value -> [(name: String, value: String)] in
      switch value {
      case .object: value.flattened.map { ("\(name)_\($0.name)", $0.value) }
      case .array: []
      case .null: [(name, "")]
      case .string(let text): [(name, text)]
      case .bool, .integer, .number: [(name, value.text)]
      }
    }
  }
}
