/// What a live view shows at one moment: plain facts, and how they become lines of text.
struct LiveFrame: Sendable, Equatable {
  /// A queue and who waits at it.
  struct Queue: Sendable, Equatable {
    var name: String
    var size: Int
    /// `nil` for a queue without a bound.
    var capacity: Int?
    /// Who waits there and for what, such as `2 of 2 workers wait for room`; empty if nobody does.
    var waiting = ""
  }

  /// How fast and how far the run is, the most important first: `1,170,000 images/s`, `batch 12 of 391`.
  var progress: [String] = []
  /// From the first to the last.
  var queues: [Queue] = []
  /// Sentences below the queues.
  var notes: [String] = []

  /// The longest bar, in columns.
  private static let longestBar = 24
  /// A bar of fewer columns says nothing.
  private static let shortestBar = 6

  /// The frame in a window of this size: no line fills the last column, and one row is left for the cursor.
  func lines(columns: Int, rows: Int) -> [String] {
    let width = max(1, columns - 1)
    let lines =
      Self.joined(progress, width: width) + queueLines(width: width)
      + notes.flatMap {
        Self.wrapped($0, width: width)
      }
    return lines.prefix(max(1, rows - 1)).map { String($0.prefix(width)) }
  }

  /// A line for each queue: its name, a bar where there is room for it, its size and capacity, and who waits, in the
  /// same line if it fits.
  private func queueLines(width: Int) -> [String] {
    let names = queues.map(\.name.count).max() ?? 0
    let sizes = queues.map(Self.fill)
    let numbers = sizes.map(\.count).max() ?? 0
    let waits = queues.map(\.waiting.count).max() ?? 0
    // Name, bar in brackets and numbers, two spaces apart.
    func bar(beside others: Int) -> Int { width - names - numbers - others - 6 }
    let isOneLine = bar(beside: Self.longestWait + 2) >= Self.shortestBar
    let length = min(Self.longestBar, bar(beside: isOneLine ? Self.longestWait + 2 : 0))
    return zip(queues, sizes).flatMap { queue, size -> [String] in
      let name = queue.name + String(repeating: " ", count: names - queue.name.count)
      let shown = length >= Self.shortestBar ? "  [\(Self.bar(queue, length: length))]" : ""
      let line = "\(name)\(shown)  " + String(repeating: " ", count: numbers - size.count) + size
      guard waits > 0, !queue.waiting.isEmpty else { return [line] }
      let whole = "\(line)  \(queue.waiting)"
      return isOneLine && whole.count <= width ? [whole] : [line, "  \(queue.waiting)"]
    }
  }

  /// Room for who waits, so that bars do not change their length with it.
  private static let longestWait = 30

  private static func fill(_ queue: Queue) -> String {
    Quantity.grouped(queue.size) + (queue.capacity.map { "/" + Quantity.grouped($0) } ?? "")
  }

  /// A bar of `length` characters; one that is not empty shows at least one mark, and only a full one shows all.
  static func bar(_ queue: Queue, length: Int) -> String {
    guard let capacity = queue.capacity, capacity > 0 else { return String(repeating: " ", count: length) }
    let size = min(max(queue.size, 0), capacity)
    let exact = size * length / capacity
    let marks = size == capacity ? length : size == 0 ? 0 : min(max(exact, 1), length - 1)
    return String(repeating: "#", count: marks) + String(repeating: ".", count: length - marks)
  }

  /// The parts, three spaces apart, as many in a line as fit.
  private static func joined(_ parts: [String], width: Int) -> [String] {
    parts.reduce(into: []) { lines, part in
      if let last = lines.last, last.count + 3 + part.count <= width {
        lines[lines.count - 1] = "\(last)   \(part)"
      } else {
        lines.append(part)
      }
    }
  }

  /// The words of a sentence in lines that fit.
  private static func wrapped(_ sentence: String, width: Int) -> [String] {
    sentence.split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
