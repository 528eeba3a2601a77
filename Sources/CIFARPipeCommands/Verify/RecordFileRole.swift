import CIFAR

/// What a file of a data set is, judged by its name.
struct RecordFileRole: Equatable {
  /// The data set.
  let kind: DatasetKind
  /// The form.
  let variant: DatasetVariant
  /// The split whose records the file has.
  let split: Split

  /// The role of a record file, or `nil` for any other name; the names of all data sets and forms differ.
  init?(_ name: String) {
    for kind in DatasetKind.allCases {
      for variant in DatasetVariant.allCases {
        for split in Split.allCases
        where RecordFileNames.expected(split, of: kind.facts, variant, present: [name]).contains(name) {
          (self.kind, self.variant, self.split) = (kind, variant, split)
          return
        }
      }
    }
    return nil
  }
}
