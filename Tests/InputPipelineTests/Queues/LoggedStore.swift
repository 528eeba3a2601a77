import Testing

@testable import InputPipeline

/// A store that notes what goes in and out of another one, and checks that the rules keep to the protocol.
struct LoggedStore<Base: ElementStore & ~Copyable>: ElementStore, ~Copyable where Base.Element == Int {
  var base: Base
  /// The elements that a dequeue leaves behind while the store is open.
  let minimum: Int
  /// Everything added, in order.
  private(set) var added: [Int] = []
  /// Everything taken and not put back, in order.
  private(set) var taken: [Int] = []
  private var isDraining = false

  init(_ base: consuming Base, minimum: Int = 0) {
    self.base = base
    self.minimum = minimum
  }

  var capacity: Int { base.capacity }
  var count: Int { base.count }
  var room: Int { base.room }
  var takeable: Int { base.takeable }

  mutating func add(_ element: Int) {
    expect(base.room > 0, "an element is added only while there is room")
    base.add(element)
    noteAdded([element])
  }

  mutating func add(contentsOf elements: ArraySlice<Int>) {
    expect(!elements.isEmpty && base.room >= elements.count, "no more is added than there is room for")
    base.add(contentsOf: elements)
    noteAdded(elements)
  }

  mutating func take() -> Int {
    expect(base.takeable > 0, "an element is taken only while one may be taken")
    let element = base.take()
    noteTaken([element])
    return element
  }

  mutating func take(_ count: Int, into elements: inout [Int]) {
    expect(count > 0 && base.takeable >= count, "no more is taken than may be taken")
    base.take(count, into: &elements)
    noteTaken(elements.suffix(count))
  }

  mutating func putBack(_ elements: [Int]) {
    expect(taken.suffix(elements.count) == elements[...], "only what was taken last is put back")
    taken.removeLast(elements.count)
    base.putBack(elements)
  }

  mutating func close() {
    isDraining = true
    base.close()
    expect(base.takeable == base.count, "a close lets everything out (3.4)")
  }

  private mutating func noteAdded(_ elements: ArraySlice<Int>) {
    added += elements
    expect(base.count <= base.capacity, "no more is inside than the capacity")
  }

  private mutating func noteTaken(_ elements: ArraySlice<Int>) {
    taken += elements
    expect(isDraining || base.count >= minimum, "the minimum stays behind (3.2)")
  }
}

/// Records an issue unless `claim` is true; in loops of many thousand runs `#expect` itself would take the
/// time.
func expect(
  _ claim: Bool, _ meaning: @autoclosure () -> String, at location: SourceLocation = #_sourceLocation
) {
  if !claim { Issue.record(Comment(rawValue: meaning()), sourceLocation: location) }
}
