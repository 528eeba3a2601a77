extension RecordFileNames {
  /// The name that a record file of the binary version has, or `nil` for a name that none has in this form.
  public static func binaryName(_ name: String, _ variant: DatasetVariant) -> String? {
    switch variant {
    case .binary: name
    case .python: name.hasSuffix(".bin") ? nil : name + ".bin"
    }
  }

  /// The name that a record file of the binary version has in this form.
  public static func name(_ binaryName: String, _ variant: DatasetVariant) -> String {
    switch variant {
    case .binary: binaryName
    case .python: String(binaryName.dropLast(".bin".count))
    }
  }

  /// As ``expected(_:of:present:)``, in either form.
  public static func expected(
    _ split: Split, of facts: DatasetFacts, _ variant: DatasetVariant, present: Set<String>
  ) -> [String] {
    expected(split, of: facts, present: present.lazy.compactMap { binaryName($0, variant) })
      .map { name($0, variant) }
  }

  /// Whether any of the names is that of a record file of the data set in this form, of either split.
  public static func containsRecords(
    of facts: DatasetFacts, _ variant: DatasetVariant, _ names: Set<String>
  ) -> Bool {
    containsRecords(of: facts, names.lazy.compactMap { binaryName($0, variant) })
  }
}
