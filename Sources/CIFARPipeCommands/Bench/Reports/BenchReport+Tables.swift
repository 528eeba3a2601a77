extension BenchReport {
  /// A line a result, with a head.
  ///
  /// Source: RFC 4180, with line feeds alone.
  var csv: String {
    let rows = results.map(Self.columns)
    guard let head = rows.first else { return "" }
    let lines = [head.map(\.name)] + rows.map { $0.map(\.value) }
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A table in Markdown, with the machine above it.
  var markdown: String {
    let rows = results.map(Self.columns)
    guard let head = rows.first else { return "" }
    let lines =
      [head.map(\.name), head.map { _ in "---" }] + rows.map { $0.map(\.value) }
    return machine.text + "\n\n" + lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// A field of a CSV line; only those with a comma need quotes.
  private static func quoted(_ field: String) -> String {
    field.contains(",") ? "\"\(field)\"" : field
  }
}
