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
    // Bytes: directories may have very many names, and characters are costly to count.
    let digits = name.utf8.dropFirst("data_batch_".utf8.count).dropLast(".bin".utf8.count)
    guard (1...6).contains(digits.count), digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ 48...57 ~= $0 })
    else { return nil }
    return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
  }

  /// The record files that a split must have, given the names in the directory, in record order.
  ///
  /// CIFAR-10 training files go from 1 to the highest number that is there, and at least to 5. So a set of six
  /// or six thousand files is complete, and a gap in the numbers is a missing file.
  public static func expected(
    _ split: Split, of facts: DatasetFacts, present: some Sequence<String>
  ) -> [String] {
    let official = facts.recordFileNames(split)
    guard facts.kind == .cifar10, split == .train else { return official }
    let highest = present.reduce(0) { max($0, trainNumber($1) ?? 0) }
    return (1...max(official.count, highest)).map(trainName)
  }

  /// Whether any of the names is that of a record file of the data set, of either split.
  static func containsRecords(of facts: DatasetFacts, _ names: some Sequence<String>) -> Bool {
    let official = Split.allCases.flatMap { facts.recordFileNames($0) }
    return names.contains { name in
      official.contains(name) || (facts.kind == .cifar10 && trainNumber(name) != nil)
    }
  }
}
