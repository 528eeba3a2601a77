import CKernels
import InputPipeline
import Testing

@testable import CIFAR

@Suite("A transform worker")
struct TransformWorkerTests {
  private static let instructions = KernelsTests.instructions

  @Test(
    "gives the same bits with all vector instructions", .enabled(if: instructions.count > 1),
    arguments: 0..<200 as Range<UInt64>)
  func instructionsAgree(seed: UInt64) throws {
    for elementType in ElementType.allCases {
      let operations = RandomChain(seed: seed, elementType: elementType).operations
      for layout in ImageLayout.allCases {
        let runs = try Self.instructions.map {
          try TransformRun(operations, layout: layout, elementType: elementType, seed: seed, instructions: $0)
        }
        let pixels = TestPixels.random(key: seed).bytes
        let bytes = runs.map { $0.bytes(pixels, record: seed) }
        #expect(
          bytes.allSatisfy { $0 == bytes[0] },
          "seed \(seed), \(layout), \(elementType): \(ImageOperation.text(of: operations))")
      }
    }
  }

  @Test(
    "gives a whole epoch the same bits with all vector instructions",
    .enabled(if: instructions.count > 1), arguments: TransformPreset.allCases)
  func epochDigest(_ preset: TransformPreset) throws {
    let operations = try ImageOperation.parse(preset.text, statistics: .cifar10)
    let records = SyntheticRecords(.cifar10, split: .train, recordCount: 600)
    var bytes = [UInt8](repeating: 0, count: 600 * 3073)
    bytes.withUnsafeMutableBytes { records.readRecords(in: 0..<600, into: $0) }

    let digests = try Self.instructions.map { instructions in
      let run = try TransformRun(operations, layout: preset.layout, instructions: instructions)
      return bytes.withUnsafeBufferPointer { bytes in
        (0..<600).reduce(into: Fingerprint()) { digest, record in
          digest.add(
            run.bytes(bytes.baseAddress! + record * 3073 + 1, epoch: 1, record: UInt64(record)))
        }
      }
    }

    #expect(digests.allSatisfy { $0 == digests[0] })
  }

  @Test("depends on seed, epoch and record, not on what it did before")
  func orderOfCalls() throws {
    let operations = try ImageOperation.parse(
      "pad:3,random-crop:24,flip,brightness:63,contrast:0.2:1.8,cutout:8,standardize", statistics: .cifar10)
    let pixels = TestPixels.generated(record: 1).bytes
    let calls = (0..<40).map { (epoch: UInt64($0 % 4), record: UInt64($0 * 7 % 11)) }
    let run = try TransformRun(operations, seed: 4)

    let (forward, backward) = run.transform.withWorker { worker in
      (
        calls.map { run.bytes(pixels, epoch: $0.epoch, record: $0.record, by: worker) },
        calls.reversed().map { run.bytes(pixels, epoch: $0.epoch, record: $0.record, by: worker) }
      )
    }
    let alone = try calls.map {
      try TransformRun(operations, seed: 4).bytes(pixels, epoch: $0.epoch, record: $0.record)
    }

    #expect(forward == backward.reversed())
    #expect(forward == alone)
  }

  @Test("makes other choices for another seed, epoch or record")
  func fresh() throws {
    let operations: [ImageOperation] = [.brightness(delta: 63)]
    let pixels = TestPixels.gradient.bytes
    let run = try TransformRun(operations, seed: 4)
    let first = run.bytes(pixels, epoch: 1, record: 1)

    #expect(run.bytes(pixels, epoch: 2, record: 1) != first)
    #expect(run.bytes(pixels, epoch: 1, record: 2) != first)
    #expect(try TransformRun(operations, seed: 5).bytes(pixels, epoch: 1, record: 1) != first)
  }

  @Test("is not changed by the record that is asked for ahead", arguments: ImageLayout.allCases)
  func askedAhead(_ layout: ImageLayout) throws {
    let pixels = TestPixels.gradient.bytes
    let next = GuardedPixels(TestPixels.random(key: 7).bytes, .beforeGuard)
    let run = try TransformRun([.randomCrop(size: 24), .standardize], layout: layout)

    var ahead = [UInt8](repeating: 0, count: run.transform.bytesPerImage)
    ahead.withUnsafeMutableBytes { ahead in
      run.transform.withWorker {
        $0.apply(pixels: pixels, epoch: 0, record: 0, into: ahead.baseAddress!, next: next.pixels)
      }
    }

    #expect(ahead == run.bytes(pixels))
  }

  @Test(
    "reads nothing outside of the record", arguments: GuardedPixels.Place.allCases,
    0..<60 as Range<UInt64>)
  func readsInside(_ place: GuardedPixels.Place, seed: UInt64) throws {
    let pixels = TestPixels.random(key: seed).bytes
    let guarded = GuardedPixels(pixels, place)

    for elementType in ElementType.allCases {
      let operations = RandomChain(seed: seed, elementType: elementType).operations
      for layout in ImageLayout.allCases {
        let run = try TransformRun(operations, layout: layout, elementType: elementType)
        // A read outside ends the process here.
        #expect(run.bytes(guarded.pixels) == run.bytes(pixels))
      }
    }
  }
}
