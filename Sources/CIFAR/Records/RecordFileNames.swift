/// The names of record files: which there are, in which order, and which are missing.
public enum RecordFileNames {
  /// The name of a CIFAR-10 training file; the first number is 1.
  static func trainName(_ number: Int) -> String {
    "data_batch_\(number).bin"
  }

  /// The number in the name of a CIFAR-10 training file, `data_batch_<number>.bin`.
  ///
  /// - Returns: `nil` for other names, also for a number of more than six digits or with a leading zero.
  static func trainNumber(_ name: String) -> Int? {
    guard name.hasPrefix("data_batch_"), name.hasSuffix(".bin") else { return nil }
    let digits = name.dropFirst("data_batch_".count).dropLast(".bin".count)
    guard (1...6).contains(digits.count), digits.first != "0", digits.utf8.allSatisfy({ 48...57 ~= $0 })
    else { return nil }
    return Int(digits)
  }

  /// The record files that a split must have, given the names in the directory, in record order.
  ///
  /// CIFAR-10 training files go from 1 to the highest number that is there, and at least to 5. So a set of six
  /// or six thousand files is complete, and a gap in the numbers is a missing file.
  public static func expected(_ split: Split, of facts: DatasetFacts, present: Set<String>) -> [String] {
    let official = facts.recordFileNames(split)
    guard facts.kind == .cifar10, split == .train else { return official }
    let highest = present.lazy.compactMap(trainNumber).max() ?? 0
    return (1...max(official.count, highest)).map(trainName)
  }

  /// Whether any of the names is that of a record file of the data set, of either split.
  static func containsRecords(of facts: DatasetFacts, _ names: Set<String>) -> Bool {
    Split.allCases.contains { split in
      !names.isDisjoint(with: expected(split, of: facts, present: names))
    }
  }
}
