/// A queue on a line; elements come in on the left and leave on the right: `5 4 -> [3 2] -> 1`.
struct QueuePicture {
  /// The most elements inside.
  let capacity: Int
  /// Characters of an element.
  let elementWidth: Int
  /// How many elements are shown that wait for room; of more, only their number.
  let waitingShown: Int
  /// What is inside, the next to leave first.
  var elements: [String] = []
  /// The elements of enqueues that wait for room, the first in line first.
  var waiting: [String] = []
  /// What has just left, or ``nobody``.
  var taken = ""
  /// Whether nothing comes in any more.
  var isClosed = false

  /// Stands in the place of an element for which a consumer waits.
  static let awaited = "?"
  /// Stands in the place of an element at the end of input.
  static let nothing = "nil"

  /// An empty queue.
  init(capacity: Int, elementWidth: Int, waitingShown: Int = 0) {
    self.capacity = capacity
    self.elementWidth = elementWidth
    self.waitingShown = waitingShown
  }

  /// The first in line comes in, as far as there is room.
  mutating func moveUp() {
    while !waiting.isEmpty && elements.count < capacity { elements.append(waiting.removeFirst()) }
  }

  /// The picture; all of one queue have one width.
  var text: String {
    let empty = Array(repeating: Text.right(".", elementWidth), count: max(0, capacity - elements.count))
    let cells = empty + elements.reversed().map { Text.right($0, elementWidth) }
    return line + (isClosed ? "|| " : "-> ") + "[" + cells.joined(separator: " ") + "] -> "
      + Text.left(taken, max(elementWidth, Self.nothing.count))
  }

  /// The columns of ``text``.
  var width: Int { text.count }

  /// Those who wait, the first in line next to the queue.
  private var line: String {
    guard waitingShown > 0 else { return "" }
    let surplus = waiting.count - waitingShown
    let shown = waiting.prefix(surplus > 0 ? waitingShown - 1 : waitingShown).reversed()
    let words = (surplus > 0 ? ["+\(surplus + 1)"] : []) + shown
    return Text.right(words.joined(separator: " "), waitingShown * (elementWidth + 1) - 1) + " "
  }
}
