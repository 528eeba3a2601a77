import Testing

@testable import CIFAR

@Suite("Record layout")
struct RecordLayoutTests {
  @Test("a record is its label bytes and 3,072 image bytes")
  func lengths() {
    #expect(RecordLayout.cifar10.recordLength == 3_073)
    #expect(RecordLayout.cifar10.imageOffset == 1)
    #expect(RecordLayout.cifar100.recordLength == 3_074)
    #expect(RecordLayout.cifar100.imageOffset == 2)
  }

  @Test(
    "the labels of a selection lie where the record has them",
    arguments: [
      (DatasetKind.cifar10, LabelSelection.fine, [0]), (.cifar10, .coarse, nil), (.cifar10, .both, nil),
      (.cifar100, .fine, [1]), (.cifar100, .coarse, [0]), (.cifar100, .both, [0, 1]),
    ] as [(DatasetKind, LabelSelection, [Int]?)])
  func selection(kind: DatasetKind, selection: LabelSelection, offsets: [Int]?) {
    let fields = kind.facts.layout.labelFields(selection)

    #expect(fields?.map(\.offset) == offsets)
  }

  /// A label written into a block of five records, and what the check must say.
  struct Patch: Sendable {
    let kind: DatasetKind
    let bytes: [(record: Int, offset: Int, value: UInt8)]
    let found: (record: Int, offset: Int, value: UInt8)?
  }

  @Test(
    "the first label that no class has is found",
    arguments: [
      Patch(kind: .cifar10, bytes: [], found: nil),
      Patch(kind: .cifar10, bytes: [(0, 0, 9), (4, 0, 9)], found: nil),
      Patch(kind: .cifar10, bytes: [(0, 0, 10)], found: (0, 0, 10)),
      Patch(kind: .cifar10, bytes: [(4, 0, 255)], found: (4, 0, 255)),
      Patch(kind: .cifar10, bytes: [(3, 0, 200), (2, 0, 10)], found: (2, 0, 10)),
      Patch(kind: .cifar10, bytes: [(2, 1, 255)], found: nil),
      Patch(kind: .cifar100, bytes: [(0, 0, 19), (0, 1, 99)], found: nil),
      Patch(kind: .cifar100, bytes: [(1, 0, 20)], found: (1, 0, 20)),
      Patch(kind: .cifar100, bytes: [(1, 1, 100)], found: (1, 1, 100)),
      Patch(kind: .cifar100, bytes: [(3, 0, 20), (1, 1, 100)], found: (1, 1, 100)),
      Patch(kind: .cifar100, bytes: [(2, 0, 20), (2, 1, 100)], found: (2, 0, 20)),
    ])
  func invalidLabel(patch: Patch) {
    let layout = patch.kind.facts.layout
    var block = [UInt8](repeating: 0, count: 5 * layout.recordLength)
    for (record, offset, value) in patch.bytes { block[record * layout.recordLength + offset] = value }

    let found = block.withUnsafeBytes { layout.firstInvalidLabel(in: $0) }

    #expect(found?.record == patch.found?.record)
    #expect(found?.field.offset == patch.found?.offset)
    #expect(found?.value == patch.found?.value)
  }
}
