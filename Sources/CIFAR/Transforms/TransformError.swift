import FileSupport

/// What can be wrong with a transform as somebody asked for it.
public enum TransformError: Error, Equatable, Sendable {
  /// A text names an operation that does not exist.
  case unknownOperation(name: String)
  /// An operation has another form than `expected`, such as too few numbers or something else than a number.
  case malformedOperation(text: String, expected: String)
  /// A number of an operation is outside of its bounds.
  case outOfRange(operation: String, quantity: String, expected: String, found: String)
  /// A crop is larger than the image that the operations before it leave.
  case cropLargerThanImage(operation: String, height: Int, width: Int)
  /// A margin in which the image is mirrored is as wide as the image that the operations before it leave, or wider.
  case marginWiderThanImage(operation: String, height: Int, width: Int)
  /// Frames and cutouts could be mirrored into more than `limit` parts.
  case tooManyReflectedParts(operation: String, limit: Int)
  /// The image grows beyond `limit` rows or columns.
  case imageTooLarge(operation: String, side: Int, limit: Int)
  /// There are more than `limit` operations.
  case tooManyOperations(count: Int, limit: Int)
  /// An operation's results do not make sense as whole numbers of 0...255.
  case needsFloat32(operation: String)
  /// Values could become too large for a float32.
  case valuesTooLarge(operation: String)
  /// The records of a data set do not have the labels that are to be delivered.
  case noSuchLabels(LabelSelection, of: DatasetKind)
}

extension TransformError: CustomStringConvertible {
  /// One line: what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .unknownOperation(let name):
      "\(escaped(name.utf8)): no such image operation (expected none or a list of \(ImageOperation.allForms))"
    case .malformedOperation(let text, let expected):
      "\(escaped(text.utf8)): wrong form of the operation (expected \(expected))"
    case .outOfRange(let operation, let quantity, let expected, let found):
      "\(operation): the \(quantity) is out of range (expected \(expected), found \(found))"
    case .cropLargerThanImage(let operation, let height, let width):
      "\(operation): the crop is larger than the image (expected at most \(min(height, width)) of "
        + "\(height) x \(width) pixels)"
    case .marginWiderThanImage(let operation, let height, let width):
      "\(operation): the margin is too wide to mirror the image in it (expected at most "
        + "\(min(height, width) - 1) for \(height) x \(width) pixels)"
    case .tooManyReflectedParts(let operation, let limit):
      "\(operation): the frames and cutouts before it are mirrored into too many parts (expected at most \(limit))"
    case .imageTooLarge(let operation, let side, let limit):
      "\(operation): the image becomes too large (expected at most \(limit) pixels a side, found \(side))"
    case .tooManyOperations(let count, let limit):
      "transform: too many operations (expected at most \(limit), found \(count))"
    case .needsFloat32(let operation):
      "\(operation): the results are no bytes (expected element type float32, found uint8)"
    case .valuesTooLarge(let operation):
      "\(operation): values may become too large (expected magnitudes within float32)"
    case .noSuchLabels(let labels, let kind):
      "transform: the records have no such labels (expected those of \(kind.facts.title), found \(labels))"
    }
  }
}
