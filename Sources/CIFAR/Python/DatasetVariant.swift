/// The forms in which the data sets are published with the same images in the same order.
public enum DatasetVariant: String, Sendable, CaseIterable {
  /// Records of fixed length.
  case binary
  /// Pickled dictionaries.
  case python
}

extension DatasetFacts {
  /// The directory in which the official archive of a form puts its files.
  public func directoryName(_ variant: DatasetVariant) -> String {
    switch (variant, kind) {
    case (.binary, _): directoryName
    case (.python, .cifar10): "cifar-10-batches-py"
    case (.python, .cifar100): "cifar-100-python"
    }
  }

  /// The files beside the records of a form; nobody needs them to read the records.
  public func auxiliaryFileNames(_ variant: DatasetVariant) -> [String] {
    switch (variant, kind) {
    case (.binary, _): auxiliaryFileNames
    case (.python, .cifar10): ["batches.meta", "readme.html"]
    case (.python, .cifar100): ["meta", "file.txt~"]
    }
  }

  /// The keys of a pickled batch under which the labels are, in the order of ``RecordLayout/labels``.
  var pythonLabelKeys: [String] {
    switch kind {
    case .cifar10: ["labels"]
    case .cifar100: ["coarse_labels", "fine_labels"]
    }
  }
}
