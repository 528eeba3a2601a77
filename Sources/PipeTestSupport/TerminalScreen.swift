/// What a person sees on a terminal after the bytes that came: as much of a VT100 as the command uses.
///
/// Each Unicode scalar takes one column. Colours and bold are left out.
public struct TerminalScreen: Sendable {
  /// The columns of the screen.
  public private(set) var columns: Int
  /// Whether the cursor is shown.
  public private(set) var isCursorVisible = true
  /// Whether the alternate screen is shown, which leaves that of the shell as it was.
  public private(set) var isAlternate = false
  /// Where the cursor is, from 0.
  public private(set) var cursor = (row: 0, column: 0)
  /// Control characters and sequences that the screen does not know: a test expects none.
  public private(set) var unknown: [String] = []
  /// All rows that have scrolled off the top of the normal screen, the oldest first.
  public private(set) var scrolledOff: [String] = []

  private var cells: [[Unicode.Scalar]]
  private var normalCells: [[Unicode.Scalar]] = []
  private var saved = (row: 0, column: 0)
  private var wraps = true
  /// Bytes of a sequence or a character that is not complete yet.
  private var pending: [UInt8] = []

  /// An empty screen.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows from the top, without the spaces at their ends.
  public var rows: [String] { cells.map(Self.text) }

  /// The rows down to the last that is not empty, as lines.
  public var text: String {
    let rows = rows
    let end = rows.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    return rows[..<end].joined(separator: "\n")
  }

  /// The window's new size: rows that are too long now are folded, as most terminals do, and rows go off the top
  /// until the cursor fits.
  public mutating func resize(columns: Int, rows: Int) {
    var folded: [[Unicode.Scalar]] = []
    var row = 0
    for (index, old) in cells.enumerated() {
      if index == cursor.row { row = folded.count + cursor.column / columns }
      var rest = old[..<(old.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)]
      repeat {
        let piece = Array(rest.prefix(columns))
        folded.append(piece + Array(repeating: " ", count: columns - piece.count))
        rest = rest.dropFirst(columns)
      } while !rest.isEmpty
    }
    self.columns = columns
    cells = folded
    cursor = (row, cursor.column % columns)
    while cursor.row >= rows { scroll() }
    let empty = Array(repeating: Unicode.Scalar(" "), count: columns)
    cells = Array(cells.prefix(rows)) + Array(repeating: empty, count: max(0, rows - cells.count))
  }

  /// Takes what a program has written.
  public mutating func receive(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      pending.append(byte)
      if pending[0] == 0x1b {
        guard isSequenceComplete else { continue }
        obey(String(decoding: pending.dropFirst(), as: UTF8.self))
      } else {
        guard let text = String(validating: pending, as: UTF8.self) else {
          if pending.count < 4 { continue }
          unknown.append("\(pending)")
          pending.removeAll()
          continue
        }
        for scalar in text.unicodeScalars { show(scalar) }
      }
      pending.removeAll()
    }
  }

  /// Source: ECMA-48, 5.4: parameters, intermediate bytes and one final byte.
  private var isSequenceComplete: Bool {
    guard pending.count >= 2 else { return false }
    switch pending[1] {
    case UInt8(ascii: "["): return pending.count > 2 && (0x40...0x7e).contains(pending.last!)
    case UInt8(ascii: "]"): return pending.last == 7 || pending.suffix(2) == [0x1b, UInt8(ascii: "\\")]
    default: return true
    }
  }

  private mutating func show(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\r": cursor.column = 0
    case "\n": lineFeed()
    case "\u{8}": cursor.column = max(0, min(cursor.column, columns - 1) - 1)
    case "\t": cursor.column = min(columns - 1, cursor.column / 8 * 8 + 8)
    case "\u{7}": break
    case _ where scalar.value < 0x20 || scalar.value == 0x7f: unknown.append("control \(scalar.value)")
    default:
      // Behind the last column the cursor waits there for the next character, as terminals do.
      if cursor.column == columns {
        if wraps {
          cursor.column = 0
          lineFeed()
        } else {
          cursor.column -= 1
        }
      }
      cells[cursor.row][cursor.column] = scalar
      cursor.column += 1
    }
  }

  private mutating func obey(_ sequence: String) {
    switch sequence {
    case "7": saved = cursor
    case "8": cursor = saved
    case "M": cursor.row = max(0, cursor.row - 1)
    case _ where sequence.hasPrefix("]"): break
    case _ where sequence.hasPrefix("[?"): setModes(sequence)
    case _ where sequence.hasPrefix("["): control(sequence)
    default: unknown.append("ESC \(sequence)")
    }
  }

  private mutating func setModes(_ sequence: String) {
    let isOn = sequence.hasSuffix("h")
    guard isOn || sequence.hasSuffix("l") else { return unknown.append("ESC \(sequence)") }
    for mode in sequence.dropFirst(2).dropLast().split(separator: ";") {
      switch mode {
      case "7": wraps = isOn
      case "25": isCursorVisible = isOn
      // Output that appears at once: nothing that a screen shows.
      case "2026": break
      case "47", "1047", "1049":
        guard isOn != isAlternate else { continue }
        isAlternate = isOn
        if isOn {
          (normalCells, saved) = (cells, cursor)
          cells = cells.map { $0.map { _ in " " } }
        } else {
          (cells, cursor) = (normalCells, saved)
        }
      default: unknown.append("ESC \(sequence)")
      }
    }
  }

  private mutating func control(_ sequence: String) {
    let numbers = sequence.dropFirst().dropLast().split(separator: ";", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    let column = min(cursor.column, columns - 1)
    switch sequence.last {
    case "A": cursor = (max(0, cursor.row - count), column)
    case "B": cursor = (min(cells.count - 1, cursor.row + count), column)
    case "C": cursor.column = min(columns - 1, column + count)
    case "D": cursor.column = max(0, column - count)
    case "E": cursor = (min(cells.count - 1, cursor.row + count), 0)
    case "F": cursor = (max(0, cursor.row - count), 0)
    case "G": cursor.column = min(columns, count) - 1
    case "H", "f":
      cursor = (min(cells.count, count) - 1, min(columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1)
    case "J":
      erase(column, numbers.first ?? 0)
      let rows =
        switch numbers.first ?? 0 {
        case 0: cursor.row + 1..<cells.count
        case 1: 0..<cursor.row
        default: 0..<cells.count
        }
      for row in rows { cells[row] = Array(repeating: " ", count: columns) }
    case "K": erase(column, numbers.first ?? 0)
    case "m": break
    case "s": saved = cursor
    case "u": cursor = saved
    default: unknown.append("ESC \(sequence)")
    }
  }

  /// Erases the cursor's row from `column` on (0), up to it (1), or whole.
  private mutating func erase(_ column: Int, _ part: Int) {
    let range =
      switch part {
      case 0: column..<columns
      case 1: 0..<column + 1
      default: 0..<columns
      }
    for index in range { cells[cursor.row][index] = " " }
  }

  private mutating func lineFeed() {
    if cursor.row == cells.count - 1 { scroll() }
    cursor.row += 1
  }

  private mutating func scroll() {
    let first = cells.removeFirst()
    if !isAlternate { scrolledOff.append(Self.text(first)) }
    cells.append(Array(repeating: " ", count: columns))
    cursor.row -= 1
  }

  private static func text(_ row: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: row[..<(row.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    return String(view)
  }
}
