import InputPipeline

/// Generated records in the layout of a data set, always the same ones for a seed.
///
/// Each class is a shape with a texture and a range of hues, which a person tells apart; place, size, hue,
/// background and noise vary from record to record. Record `n` is a function of (data set, split, seed, `n`)
/// alone, computed in whole numbers: any part of the set is the same on every machine, in whatever order it is
/// read. Every run of 10 records from a multiple of 10 on (100 for CIFAR-100) has each class once, in a random
/// order.
public struct SyntheticRecords: RecordSource {
  /// The data set whose layout the records have.
  public let kind: DatasetKind
  /// The split; the same number is another picture in each.
  public let split: Split
  /// The seed from which all records derive.
  public let seed: UInt64
  /// The number in the split of this source's first record.
  public let firstRecord: Int
  /// The records of this source.
  public let recordCount: Int

  private let layout: RecordLayout
  private let appearances: [SyntheticClasses.Appearance]
  private let stencils: SyntheticStencils
  private let labelOrder: CounterGenerator
  private let images: CounterGenerator

  /// The seed of the records that `--synthetic` delivers.
  public static let defaultSeed: UInt64 = 10

  /// The records `firstRecord ..< firstRecord + recordCount` of a split.
  ///
  /// - Parameters:
  ///   - firstRecord: At least 0.
  ///   - recordCount: At least 0; `nil` for as many as the official split has from `firstRecord` on.
  public init(
    _ kind: DatasetKind, split: Split, seed: UInt64 = Self.defaultSeed, firstRecord: Int = 0,
    recordCount: Int? = nil
  ) {
    let count = recordCount ?? kind.facts.recordCount(split) - firstRecord
    precondition(firstRecord >= 0 && count >= 0, "\(count) records from \(firstRecord) on")
    self.kind = kind
    self.split = split
    self.seed = seed
    self.firstRecord = firstRecord
    self.recordCount = count
    layout = kind.facts.layout
    stencils = .of(kind)
    appearances = SyntheticClasses.of(kind).appearances
    let records = CounterGenerator(key: seed).derived(split == .train ? 0 : 1)
    labelOrder = records.derived(0)
    images = records.derived(1)
  }

  /// Generates the records of `range`, counted from ``firstRecord``, into `buffer`; never throws.
  public func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    layout.check(range, of: recordCount, into: buffer)
    guard var record = buffer.baseAddress else { return }
    let classCount = appearances.count
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: classCount) { labels in
      var place = (firstRecord + range.lowerBound) % classCount
      var block = (firstRecord + range.lowerBound) / classCount
      permuteLabels(ofBlock: block, into: labels)
      for _ in range {
        if place == classCount {
          place = 0
          block += 1
          permuteLabels(ofBlock: block, into: labels)
        }
        generate(block * classCount + place, label: Int(labels[place]), into: record)
        record += layout.recordLength
        place += 1
      }
    }
  }

  /// Writes record `number` of the split.
  private func generate(_ number: Int, label: Int, into record: UnsafeMutableRawPointer) {
    for field in layout.labels {
      let value = field.selection == .fine ? label : label / SyntheticClasses.classesPerGroup
      record.storeBytes(of: UInt8(value), toByteOffset: field.offset, as: UInt8.self)
    }
    let words = images.derived(UInt64(number))
    let scene = SyntheticScene(appearances[label], words: words)
    scene.paint(into: record + layout.imageOffset, words: words, stencils: stencils)
  }

  /// The labels of a block of records, each once, in the order of the records.
  ///
  /// Source: the Fisher-Yates shuffle in the form that builds a permutation from the inside out.
  private func permuteLabels(ofBlock block: Int, into labels: UnsafeMutableBufferPointer<UInt8>) {
    let words = labelOrder.derived(UInt64(block))
    labels.initialize(repeating: 0)
    for label in labels.indices {
      let place = Int(words.integer(below: UInt64(label + 1), at: UInt64(label)))
      labels[label] = labels[place]
      labels[place] = UInt8(label)
    }
  }
}
