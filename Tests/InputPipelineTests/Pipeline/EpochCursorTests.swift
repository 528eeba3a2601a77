import Testing

@testable import InputPipeline

@Suite("An epoch cursor")
struct EpochCursorTests {
  @Test("reads each part in ranges that never span two parts, then ends the epoch")
  func ranges() {
    var cursor = EpochCursor(firstRecords: [0, 5, 5, 8], longestRange: 2, epoch: 3)
    var steps: [EpochCursor.Step] = []
    for part in [2, 1, 0] {
      steps.append(cursor.next())
      cursor.begin(part: part)
      while let step = Optional(cursor.next()), case .read = step { steps.append(step) }
      if part > 0 { continue }
    }

    #expect(steps.first == .takePart)
    #expect(
      steps.filter { $0 != .takePart } == [
        .read(5..<7, part: 2, epoch: 3), .read(7..<8, part: 2, epoch: 3),
        .read(0..<2, part: 0, epoch: 3), .read(2..<4, part: 0, epoch: 3), .read(4..<5, part: 0, epoch: 3),
      ])
  }

  @Test("goes on with the next epoch after the end of one")
  func epochs() {
    var cursor = EpochCursor(firstRecords: [0, 1], longestRange: 4, epoch: 0)
    var steps: [EpochCursor.Step] = []
    for _ in 0..<6 {
      let step = cursor.next()
      steps.append(step)
      if step == .takePart { cursor.begin(part: 0) }
    }

    #expect(
      steps == [
        .takePart, .read(0..<1, part: 0, epoch: 0), .endEpoch,
        .takePart, .read(0..<1, part: 0, epoch: 1), .endEpoch,
      ])
  }
}
