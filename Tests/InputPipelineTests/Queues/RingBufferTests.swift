import Testing

@testable import InputPipeline

@Suite("Ring buffer")
struct RingBufferTests {
  /// A buffer with 8 cells whose first element lies in the cell `head`, and which holds 0, 1, …, `count - 1`.
  static func buffer(head: Int, count: Int) -> RingBuffer<Tracked> {
    var buffer = RingBuffer<Tracked>()
    for _ in 0..<head { buffer.append(Tracked(-1)) }
    for _ in 0..<head { _ = buffer.removeFirst() }
    buffer.append(contentsOf: (0..<count).map(Tracked.init)[...])
    return buffer
  }

  static func drain(_ buffer: consuming RingBuffer<Tracked>) -> [Int] {
    var elements: [Int] = []
    while !buffer.isEmpty { elements.append(buffer.removeFirst().number) }
    return elements
  }

  static let layouts = (0..<8).flatMap { head in (0...8).map { (head: head, count: $0) } }

  @Test("Appending one or many keeps the order in every layout", arguments: layouts, [0, 1, 3, 8, 20])
  func append(layout: (head: Int, count: Int), added: Int) {
    var single = Self.buffer(head: layout.head, count: layout.count)
    var many = Self.buffer(head: layout.head, count: layout.count)
    let new = layout.count..<layout.count + added

    for number in new { single.append(Tracked(number)) }
    many.append(contentsOf: new.map(Tracked.init)[...])

    #expect(many.count == layout.count + added)
    #expect(Self.drain(single) == Array(0..<layout.count + added))
    #expect(Self.drain(many) == Array(0..<layout.count + added))
  }

  @Test(
    "Elements put in front come out first and in their order in every layout", arguments: layouts,
    [0, 1, 3, 8, 20])
  func prepend(layout: (head: Int, count: Int), added: Int) {
    var buffer = Self.buffer(head: layout.head, count: layout.count)

    buffer.prepend(contentsOf: (100..<100 + added).map(Tracked.init))

    #expect(Self.drain(buffer) == Array(100..<100 + added) + Array(0..<layout.count))
  }

  @Test("Removing many gives the first ones in every layout", arguments: layouts)
  func removeMany(layout: (head: Int, count: Int)) {
    for removed in 0...layout.count {
      var buffer = Self.buffer(head: layout.head, count: layout.count)
      var taken = [Tracked(-7)]

      buffer.removeFirst(removed, into: &taken)

      #expect(taken.map(\.number) == [-7] + Array(0..<removed))
      #expect(Self.drain(buffer) == Array(removed..<layout.count))
    }
  }

  @Test("Every element is let go of exactly once, taken out or left inside", arguments: layouts)
  func ownership(layout: (head: Int, count: Int)) {
    var elements = (0..<layout.count).map(Tracked.init)
    let observed = elements.map { element in { [weak element] in element == nil } }

    do {
      var buffer = Self.buffer(head: layout.head, count: 0)
      buffer.append(contentsOf: elements[...])
      buffer.prepend(contentsOf: [Tracked(-1)])
      elements = []
      #expect(observed.allSatisfy { !$0() }, "the buffer owns them")
      var taken: [Tracked] = []
      buffer.removeFirst((layout.count + 1) / 2, into: &taken)
    }

    #expect(observed.allSatisfy { $0() }, "nobody owns them")
  }
}

/// An element whose end can be observed.
final class Tracked: Sendable {
  let number: Int

  init(_ number: Int) {
    self.number = number
  }
}
