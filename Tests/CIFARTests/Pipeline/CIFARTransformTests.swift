import InputPipeline
import Testing

@testable import CIFAR

@Suite("A transform of CIFAR records")
struct CIFARTransformTests {
  /// What a batch looks like after a transform of generated records.
  struct Result: Equatable {
    var examples: [UInt8]
    var labels: [Int32]
  }

  private static let recordCount = 120

  /// The bytes of the first generated records.
  private func records(_ kind: DatasetKind) -> [UInt8] {
    let source = SyntheticRecords(kind, split: .train, recordCount: Self.recordCount)
    var bytes = [UInt8](repeating: 0, count: Self.recordCount * kind.facts.layout.recordLength)
    bytes.withUnsafeMutableBytes { source.readRecords(in: 0..<Self.recordCount, into: $0) }
    return bytes
  }

  private func transform(
    _ kind: DatasetKind, _ selection: LabelSelection, _ text: String, seed: UInt64 = 1,
    elementType: ElementType? = nil
  ) throws -> CIFARTransform {
    try CIFARTransform(
      for: kind, labels: selection, operations: ImageOperation.parse(text, statistics: .cifar10),
      elementType: elementType, seed: seed)
  }

  private func apply(
    _ transform: CIFARTransform, to references: [RecordReference], of bytes: [UInt8]
  ) -> Result {
    var result = Result(
      examples: Array(repeating: 0xee, count: references.count * transform.exampleLength),
      labels: Array(repeating: -1, count: references.count * transform.labelsPerExample))
    bytes.withUnsafeBytes { records in
      result.examples.withUnsafeMutableBytes { examples in
        result.labels.withUnsafeMutableBufferPointer { labels in
          transform.transform(references[...], at: records.baseAddress!, into: examples, labels: labels)
        }
      }
    }
    return result
  }

  @Test(
    "delivers the labels that were asked for, in the order of the record",
    arguments: [
      (.cifar10, .fine, [0]), (.cifar100, .fine, [1]), (.cifar100, .coarse, [0]), (.cifar100, .both, [0, 1]),
    ] as [(DatasetKind, LabelSelection, [Int])])
  func labels(_ kind: DatasetKind, _ selection: LabelSelection, offsets: [Int]) throws {
    let transform = try transform(kind, selection, "none")
    let bytes = records(kind)
    let numbers: [UInt32] = [7, 119, 0, 7, 64]

    let result = apply(
      transform, to: numbers.map { RecordReference(record: $0, slot: $0, epoch: 0) }, of: bytes)

    let expected = numbers.flatMap { number in
      offsets.map { Int32(bytes[Int(number) * transform.recordLength + $0]) }
    }
    #expect(transform.labelsPerExample == offsets.count)
    #expect(result.labels == expected)
  }

  @Test("turns the planes of a record into pixels", arguments: DatasetKind.allCases)
  func rawImages(_ kind: DatasetKind) throws {
    let transform = try transform(kind, .fine, "none")
    let bytes = records(kind)

    let result = apply(transform, to: [RecordReference(record: 5, slot: 5, epoch: 0)], of: bytes)

    let image = bytes[(5 * transform.recordLength + kind.facts.layout.imageOffset)...]
    let expected = (0..<3072).map { image[image.startIndex + $0 % 3 * 1024 + $0 / 3] }
    #expect(result.examples == expected)
  }

  @Test("reads where the slot is and draws for what the record's number and epoch are")
  func slotAndNumber() throws {
    let transform = try transform(.cifar10, .fine, "random-crop:24,flip,brightness:63")
    let bytes = records(.cifar10)
    let reference = RecordReference(record: 40, slot: 9, epoch: 3)
    let run = try TransformRun(
      CompiledTransform(
        operations: transform.operations, layout: .nhwc,
        seed: CounterGenerator(key: 1).derived(RandomPurpose.transform.rawValue).key))

    let result = apply(transform, to: [reference], of: bytes)

    let pixels = Array(bytes[9 * 3073 + 1..<10 * 3073])
    #expect(result.examples == run.bytes(pixels, epoch: 3, record: 40))
    #expect(result.labels == [Int32(bytes[9 * 3073])])
  }

  @Test("gives an example the same bytes wherever it stands in a batch")
  func batchesDoNotMatter() throws {
    let transform = try transform(.cifar10, .fine, TransformPreset.distort.text)
    let bytes = records(.cifar10)
    let references = (0..<40).map {
      RecordReference(record: $0 * 3, slot: $0 * 3, epoch: $0 % 3)
    }

    let together = apply(transform, to: references, of: bytes)
    let alone = references.map { apply(transform, to: [$0], of: bytes) }

    #expect(together.examples == alone.flatMap(\.examples))
    #expect(together.labels == alone.flatMap(\.labels))
  }

  @Test("makes nothing of an empty batch")
  func empty() throws {
    let transform = try transform(.cifar10, .fine, "none")

    #expect(apply(transform, to: [], of: [0]) == Result(examples: [], labels: []))
  }

  @Test("refuses labels that the records do not have", arguments: [LabelSelection.coarse, .both])
  func noSuchLabels(_ labels: LabelSelection) {
    let error = #expect(throws: TransformError.self) {
      try CIFARTransform(for: .cifar10, labels: labels, operations: [])
    }

    #expect(
      error?.description
        == "transform: the records have no such labels (expected those of CIFAR-10, found \(labels))")
  }

  @Test("tells shape, layout and type of its examples")
  func shape() throws {
    let transform = try CIFARTransform(
      for: .cifar100, labels: .both, operations: [.crop(size: 5), .scale(factor: 1)], layout: .nchw)

    #expect(transform.recordLength == 3074)
    #expect(transform.exampleLength == 300)
    #expect(transform.labelsPerExample == 2)
    #expect(transform.imageAxes == [3, 5, 5])
    #expect(transform.height == 5 && transform.width == 5)
    #expect(transform.layout == .nchw && transform.elementType == .float32)
  }
}
