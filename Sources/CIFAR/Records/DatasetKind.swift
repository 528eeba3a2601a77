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

/// The two parts of a data set.
public enum Split: String, Sendable, CaseIterable {
  /// The records to learn from.
  case train
  /// The records to measure with.
  case test
}

/// Which of the labels of a record are delivered.
///
/// CIFAR-10 has one label, the fine one; see ``RecordLayout/labelFields(_:)``.
public enum LabelSelection: String, Sendable, CaseIterable {
  /// The class: 10 or 100 values.
  case fine
  /// The group of classes: 20 values, CIFAR-100 only.
  case coarse
  /// The group, then the class, as in the record.
  case both
}
