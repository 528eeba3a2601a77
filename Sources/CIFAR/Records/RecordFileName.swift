/// The name of a record file, taken apart: the names of all data sets and forms differ.
///
///                     binary                      python
///     CIFAR-10   data_batch_N.bin, test_batch.bin   data_batch_N, test_batch
///     CIFAR-100  train.bin, test.bin                train, test
public struct RecordFileName: Sendable, Hashable {
  /// The greatest number that the name of a training file has, of six digits.
  public static let greatestNumber = 999_999

  /// The data set.
  public let kind: DatasetKind
  /// The form.
  public let variant: DatasetVariant
  /// The split whose records are in the file.
  public let split: Split
  /// The place of the file in its split, from 1 on.
  public let number: Int

  /// The name of a file; `number` is that of a training file of CIFAR-10, and 1 otherwise.
  public init(_ kind: DatasetKind, _ variant: DatasetVariant, _ split: Split, number: Int = 1) {
    (self.kind, self.variant, self.split, self.number) = (kind, variant, split, number)
  }

  /// Takes a name apart.
  ///
  /// - Returns: `nil` for a name that no record file has, as one whose number has more than six digits or begins
  ///   with a zero.
  public init?(_ text: String) {
    let isBinary = text.hasSuffix(".bin")
    // Bytes: directories may have very many names, and characters are costly to count.
    let stem = text.utf8.dropLast(isBinary ? ".bin".utf8.count : 0)
    func `is`(_ name: String) -> Bool { stem.elementsEqual(name.utf8) }
    let variant: DatasetVariant = isBinary ? .binary : .python
    if `is`("test_batch") {
      self.init(.cifar10, variant, .test)
    } else if `is`("train") {
      self.init(.cifar100, variant, .train)
    } else if `is`("test") {
      self.init(.cifar100, variant, .test)
    } else if stem.starts(with: "data_batch_".utf8) {
      let digits = stem.dropFirst("data_batch_".utf8.count)
      guard (1...6).contains(digits.count), digits.first != UInt8(ascii: "0"),
        digits.allSatisfy({ 48...57 ~= $0 })
      else { return nil }
      self.init(.cifar10, variant, .train, number: digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) })
    } else {
      return nil
    }
  }

  /// The name itself.
  public var text: String {
    let stem =
      switch (kind, split) {
      case (.cifar10, .train): "data_batch_\(number)"
      case (.cifar10, .test): "test_batch"
      case (.cifar100, .train): "train"
      case (.cifar100, .test): "test"
      }
    return variant == .binary ? stem + ".bin" : stem
  }

  /// The name that the same records have in another form.
  public func inForm(_ variant: DatasetVariant) -> RecordFileName {
    RecordFileName(kind, variant, split, number: number)
  }

  /// The record files that a split must have, in record order, given the names that are there.
  ///
  /// CIFAR-10 training files go from 1 to the highest number that is there, and at least to 5. So a set of six
  /// or six thousand files is complete, and a gap in the numbers is a missing file.
  public static func expected(
    _ split: Split, of kind: DatasetKind, _ variant: DatasetVariant,
    present: some Sequence<RecordFileName> = EmptyCollection()
  ) -> [RecordFileName] {
    let highest = present.lazy.filter { ($0.kind, $0.variant, $0.split) == (kind, variant, split) }
      .reduce(0) { max($0, $1.number) }
    return (1...max(kind.facts.recordFileNames(split).count, highest)).map {
      RecordFileName(kind, variant, split, number: $0)
    }
  }
}

extension Sequence<RecordFileName> {
  /// Whether any of them is that of a record file of the data set in this form, of either split.
  public func containsRecords(of kind: DatasetKind, _ variant: DatasetVariant) -> Bool {
    contains { $0.kind == kind && $0.variant == variant }
  }
}
