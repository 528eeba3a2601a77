extension BenchReport {
  /// A line a result, with a head: the figures of the JSON report, names joined by `_`, lists left out.
  ///
  /// Source: RFC 4180, with line feeds alone.
  var csv: String {
    let rows = results.map { JSON.object($0.jsonMembers).flattened }
    var names: [String] = []
    for name in rows.joined().map(\.name) where !names.contains(name) { names.append(name) }
    let lines = rows.map { row in
      names.map { name in row.first { $0.name == name }?.value ?? "" }
    }
    return ([names] + lines).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// Tables in Markdown, with the machine above them.
  var markdown: String {
    let tables = [results.map(Self.speed), results.map(Self.cost)]
    return machine.text + "\n"
      + tables.map { rows in
        let lines = [rows[0].map(\.name), rows[0].map { _ in "---" }] + rows.map { $0.map(\.value) }
        return "\n" + lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
      }.joined()
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
