import InputPipeline
import Testing

@testable import CIFAR

@Suite("Generated records")
struct SyntheticRecordsTests {
  /// The records of `range` of a source.
  static func bytes(_ source: SyntheticRecords, _ range: Range<Int>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: range.count * source.kind.facts.layout.recordLength)
    bytes.withUnsafeMutableBytes { source.readRecords(in: range, into: $0) }
    return bytes
  }

  /// The fine labels of `range`.
  static func labels(_ source: SyntheticRecords, _ range: Range<Int>) -> [UInt8] {
    let layout = source.kind.facts.layout
    let bytes = bytes(source, range)
    return range.indices.map { bytes[($0 - range.lowerBound) * layout.recordLength + layout.imageOffset - 1] }
  }

  @Test(
    "the records never change",
    arguments: [
      (DatasetKind.cifar10, Split.train, UInt64(10), 0, UInt64(0xdc82_d3b2_54a3_a0d5)),
      (.cifar10, .test, 10, 0, 0x874c_7e70_47e0_fc14),
      (.cifar10, .train, 11, 49_990, 0x47b2_f22c_7a0b_ffed),
      (.cifar100, .train, 10, 0, 0xaedf_521d_5dc1_a6ba),
      (.cifar100, .test, 10, 9_950, 0xe727_56ac_1967_3d01),
    ])
  func golden(kind: DatasetKind, split: Split, seed: UInt64, first: Int, expected: UInt64) {
    let source = SyntheticRecords(kind, split: split, seed: seed)

    var found = Fingerprint()
    found.add(Self.bytes(source, first..<first + 10))

    #expect(found.value == expected)
  }

  @Test("a source has the official number of records", arguments: DatasetKind.allCases)
  func counts(kind: DatasetKind) {
    #expect(SyntheticRecords(kind, split: .train).recordCount == 50_000)
    #expect(SyntheticRecords(kind, split: .test).recordCount == 10_000)
    #expect(SyntheticRecords(kind, split: .test, firstRecord: 9_000).recordCount == 1_000)
  }

  @Test("any part is the same as in the whole", arguments: DatasetKind.allCases)
  func parts(kind: DatasetKind) {
    let length = kind.facts.layout.recordLength
    let whole = Self.bytes(SyntheticRecords(kind, split: .train), 0..<220)
    for range in [0..<1, 9..<11, 95..<105, 99..<100, 100..<101, 137..<138, 219..<220, 7..<7, 0..<220] {
      let expected = Array(whole[range.lowerBound * length..<range.upperBound * length])
      let source = SyntheticRecords(
        kind, split: .train, firstRecord: range.lowerBound, recordCount: range.count)

      #expect(Self.bytes(SyntheticRecords(kind, split: .train), range) == expected)
      #expect(Self.bytes(source, 0..<range.count) == expected)
    }
  }

  @Test("every block of records has each class once, in different orders", arguments: DatasetKind.allCases)
  func balance(kind: DatasetKind) {
    let classCount = kind.facts.fineNames.count
    let source = SyntheticRecords(kind, split: .train)
    var orders: Set<[UInt8]> = []
    for block in 0..<20 {
      let labels = Self.labels(source, block * classCount..<(block + 1) * classCount)
      #expect(labels.sorted() == (0..<classCount).map { UInt8($0) })
      orders.insert(labels)
    }
    #expect(orders.count == 20)
  }

  @Test("the order of the labels does not favour a place")
  func labelOrder() {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
    let labels = Self.labels(SyntheticRecords(.cifar10, split: .train), 0..<2_000)
    for (number, label) in labels.enumerated() { counts[number % 10][Int(label)] += 1 }

    // 200 draws with p = 0.1: mean 20, deviation 4.2; five deviations to either side.
    #expect(counts.joined().allSatisfy { (1...41).contains($0) })
  }

  @Test("the coarse label of CIFAR-100 is the group of the fine one")
  func coarseLabels() {
    let bytes = Self.bytes(SyntheticRecords(.cifar100, split: .train), 0..<100)
    for record in 0..<100 { #expect(bytes[record * 3_074] == bytes[record * 3_074 + 1] / 5) }
  }

  @Test("splits and seeds give different records")
  func differences() {
    let reference = Self.bytes(SyntheticRecords(.cifar10, split: .train), 0..<10)

    #expect(Self.bytes(SyntheticRecords(.cifar10, split: .test), 0..<10) != reference)
    #expect(Self.bytes(SyntheticRecords(.cifar10, split: .train, seed: 11), 0..<10) != reference)
    #expect(Self.bytes(SyntheticRecords(.cifar10, split: .train), 10..<20) != reference)
  }

  @Test("the nearest class mean, learnt from training records, names most test records")
  func learnability() {
    let train = Self.thumbnails(SyntheticRecords(.cifar10, split: .train), 1_000)
    let test = Self.thumbnails(SyntheticRecords(.cifar10, split: .test), 300)
    var means = [[Float]](repeating: [Float](repeating: 0, count: 192), count: 10)
    for (label, values) in train {
      for (place, value) in values.enumerated() { means[label][place] += value / 100 }
    }

    let right = test.count { label, values in
      let distances = means.map { mean in
        zip(mean, values).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return distances.indices.min { distances[$0] < distances[$1] } == label
    }

    #expect(right > 180)
  }

  /// Labels and images of the first records, each plane shrunk to 8 by 8 means.
  private static func thumbnails(_ source: SyntheticRecords, _ count: Int) -> [(Int, [Float])] {
    let bytes = bytes(source, 0..<count)
    return (0..<count).map { record in
      let start = record * 3_073
      var values = [Float](repeating: 0, count: 192)
      for pixel in 0..<3_072 {
        let (plane, row, column) = (pixel / 1_024, pixel % 1_024 / 32, pixel % 32)
        values[plane * 64 + row / 4 * 8 + column / 4] += Float(bytes[start + 1 + pixel]) / 16
      }
      return (Int(bytes[start]), values)
    }
  }
}
