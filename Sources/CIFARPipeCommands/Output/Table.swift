/// Text in columns.
enum Table {
  /// The rows, with columns of equal width, two spaces apart.
  ///
  /// - Parameter rightAligned: The first column of numbers.
  static func text(_ rows: [[String]], rightAligned: Int = .max) -> String {
    let columnCount = rows.map(\.count).max() ?? 0
    let widths = (0..<columnCount).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column >= rightAligned ? space + cell : cell + space
      }
      let line = cells.joined(separator: "  ")
      return line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)] + "\n"
    }.joined()
  }
}
