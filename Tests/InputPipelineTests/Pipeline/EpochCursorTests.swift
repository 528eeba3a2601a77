import Testing

@testable import InputPipeline

@Suite("An epoch cursor")
struct EpochCursorTests {
  /// All steps until the cursor has asked for a part once more than there are `parts`.
  private func steps(_ cursor: EpochCursor, parts: [Int]) -> [EpochCursor.Step] {
    var cursor = cursor
    var steps: [EpochCursor.Step] = []
    var rest = parts[...]
    while true {
      steps.append(cursor.next())
      guard steps.last == .takePart else { continue }
      guard let part = rest.popFirst() else { return steps }
      cursor.begin(part: part)
    }
  }

  @Test("reads each part in ranges that never span two parts")
  func ranges() {
    let cursor = EpochCursor(firstRecords: [0, 5, 5, 8], longestRange: 2, firstStop: 0, epoch: 3)

    #expect(
      steps(cursor, parts: [2, 1, 0]) == [
        .takePart, .read(5..<7, part: 2, epoch: 3), .read(7..<8, part: 2, epoch: 3),
        .takePart, .takePart, .read(0..<2, part: 0, epoch: 3), .read(2..<4, part: 0, epoch: 3),
        .read(4..<5, part: 0, epoch: 3), .takePart,
      ])
  }

  @Test("counts an epoch when all parts have come")
  func epochs() {
    let cursor = EpochCursor(firstRecords: [0, 1, 2], longestRange: 4, firstStop: 0, epoch: 0)

    #expect(
      steps(cursor, parts: [1, 0, 0, 1]) == [
        .takePart, .read(1..<2, part: 1, epoch: 0), .takePart, .read(0..<1, part: 0, epoch: 0),
        .takePart, .read(0..<1, part: 0, epoch: 1), .takePart, .read(1..<2, part: 1, epoch: 1), .takePart,
      ])
  }

  @Test("ends a range where the first batch has its records, once", arguments: [1, 2, 3, 5, 6, 7, 9])
  func firstStop(_ stop: Int) {
    let cursor = EpochCursor(firstRecords: [0, 6, 12], longestRange: 4, firstStop: stop, epoch: 0)

    let counts = steps(cursor, parts: [0, 1]).compactMap { step -> Int? in
      if case .read(let range, _, _) = step { range.count } else { nil }
    }

    let ends = counts.indices.map { counts[...$0].reduce(0, +) }
    #expect(ends.contains(stop))
    #expect(ends.contains(6) && ends.last == 12)
    #expect(counts.count <= 5 && counts.allSatisfy { 1...4 ~= $0 })
  }
}
