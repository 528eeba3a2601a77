/// The data sets whose record layout and file names are known.
public enum DatasetKind: String, Sendable, CaseIterable {
  /// 60,000 pictures of 10 classes.
  case cifar10
  /// 60,000 pictures of 100 classes in 20 groups.
  case cifar100

  /// Layout, file names and class names of the data set.
  public var facts: DatasetFacts {
    switch self {
    case .cifar10: .cifar10
    case .cifar100: .cifar100
    }
  }
}

/// The forms in which the data sets are published with the same images in the same order.
public enum DatasetVariant: String, Sendable, CaseIterable {
  /// Records of fixed length.
  case binary
  /// Pickled dictionaries.
  case python
}

/// The two parts of a data set.
public enum Split: String, Sendable, CaseIterable {
  /// The records to learn from.
  case train
  /// The records to measure with.
  case test
}
