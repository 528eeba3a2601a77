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

/// One label byte of a record.
public struct LabelField: Sendable, Equatable {
  /// The label that the byte holds; ``LabelSelection/fine`` or ``LabelSelection/coarse``.
  public let selection: LabelSelection
  /// Bytes between the start of the record and the label.
  public let offset: Int
  /// The number of classes; the label is below it.
  public let classCount: Int

  /// A label byte at `offset` with values in `0 ..< classCount`.
  ///
  /// - Parameter classCount: From 1 to 256.
  public init(_ selection: LabelSelection, offset: Int, classCount: Int) {
    precondition((1...256).contains(classCount), "a label byte has 1 to 256 classes, not \(classCount)")
    self.selection = selection
    self.offset = offset
    self.classCount = classCount
  }
}

/// Where the labels and the image of a record lie.
///
/// A record is its label bytes, then the red, the green and the blue plane of the image, each row by row.
/// There is no header, delimiter or checksum. Source: the description of the binary version on the CIFAR page.
public struct RecordLayout: Sendable, Equatable {
  /// The label bytes, in the order of the record; they are its first bytes.
  public let labels: [LabelField]

  /// Bytes between the start of the record and the red plane.
  public var imageOffset: Int { labels.count }

  /// Bytes of a record.
  public var recordLength: Int { labels.count + CIFARImage.byteCount }

  /// One label of 10 classes; 3,073 bytes.
  public static let cifar10 = RecordLayout(labels: [LabelField(.fine, offset: 0, classCount: 10)])

  /// The group of 20, then the class of 100; 3,074 bytes.
  public static let cifar100 = RecordLayout(labels: [
    LabelField(.coarse, offset: 0, classCount: 20), LabelField(.fine, offset: 1, classCount: 100),
  ])

  /// The label bytes that a selection asks for, in the order of the record.
  ///
  /// - Returns: `nil` if the records do not have them: coarse labels, or both, of CIFAR-10.
  public func labelFields(_ selection: LabelSelection) -> [LabelField]? {
    switch selection {
    case .fine, .coarse:
      let fields = labels.filter { $0.selection == selection }
      return fields.isEmpty ? nil : fields
    case .both:
      return labels.count < 2 ? nil : labels
    }
  }

  /// A label that no class has.
  public struct InvalidLabel: Sendable, Equatable {
    /// The record, counted from the start of the block.
    public let record: Int
    /// The label byte that is out of range.
    public let field: LabelField
    /// The byte found there.
    public let value: UInt8
  }

  /// The first label of a block of whole records that is out of range, or `nil` if there is none.
  ///
  /// - Parameter records: A multiple of ``recordLength`` bytes.
  public func firstInvalidLabel(in records: UnsafeRawBufferPointer) -> InvalidLabel? {
    let length = recordLength
    precondition(records.count.isMultiple(of: length), "\(records.count) bytes are not whole records")
    var first: InvalidLabel?
    for field in labels {
      let limit = first?.record ?? records.count / length
      var position = field.offset
      for record in 0..<limit {
        let value = records[position]
        position += length
        guard value >= field.classCount else { continue }
        first = InvalidLabel(record: record, field: field, value: value)
        break
      }
    }
    return first
  }
}

/// Sizes of one image, equal in all CIFAR data sets.
public enum CIFARImage {
  /// Rows of an image.
  public static let height = 32
  /// Columns of an image.
  public static let width = 32
  /// Colour planes: red, green, blue.
  public static let channelCount = 3
  /// Bytes of one colour plane, row by row.
  public static let planeLength = height * width
  /// Bytes of one image: the red, then the green, then the blue plane.
  public static let byteCount = planeLength * channelCount
}
