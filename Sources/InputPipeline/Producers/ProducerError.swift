/// Why a producer cannot be made.
public enum ProducerError: Error, Equatable, Sendable {
  /// There is nothing to produce.
  case noElements(producer: String)
  /// A limit of epochs is at least 1.
  case epochLimitTooSmall(found: Int)
  /// The columns of a slice producer have different lengths.
  case unequalColumns(producer: String, expected: Int, found: Int)
}

extension ProducerError: CustomStringConvertible {
  /// One line: the producer, and what is wrong.
  public var description: String {
    switch self {
    case .noElements(let producer): "producer '\(producer)': has no elements (expected at least 1, found 0)"
    case .epochLimitTooSmall(let found):
      "limit of epochs: is too small (expected at least 1, found \(found))"
    case .unequalColumns(let producer, let expected, let found):
      "producer '\(producer)': columns differ in length (expected \(expected) elements, found \(found))"
    }
  }
}
