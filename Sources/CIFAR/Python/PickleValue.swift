/// A value on the stack of a ``PickleMachine``; strings stay where they are in the pickle.
enum PickleValue {
  case none
  /// `True` or `False`.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A Python 2 string: bytes as they are.
  case bytes(Range<Int>)
  /// A Unicode string, in UTF-8.
  case text(Range<Int>)
  /// Bytes that Python 3 wrote as text, in UTF-8, one scalar for each byte.
  case latin1(Range<Int>)
  /// A fixed number of values.
  case tuple([PickleValue])
  /// One of the lists of the machine.
  case list(Int)
  case dictionary
  /// A function or class.
  case name(PickleName)
  case elementType
  case array

  var isTuple: Bool {
    if case .tuple = self { true } else { false }
  }
}

/// The functions and classes that the pickle of a batch names.
///
/// None of them is ever called.
enum PickleName: Equatable {
  /// Makes an array without a shape.
  case reconstruct
  case array
  case elementType
  /// How Python 3 writes bytes in protocol 2.
  case encode

  /// The function or class that a GLOBAL opcode names, or `nil`.
  init?(module: [UInt8], name: [UInt8]) {
    switch (String(decoding: module, as: UTF8.self), String(decoding: name, as: UTF8.self)) {
    // The second one since NumPy 2.0.
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy", "ndarray"): self = .array
    case ("numpy", "dtype"): self = .elementType
    case ("_codecs", "encode"): self = .encode
    default: return nil
    }
  }
}

/// The state of the array in a pickle: its shape and where its bytes are.
struct PickleArray {
  let rows: Int
  let columns: Int
  /// Whether the bytes go column by column.
  let isColumnMajor: Bool
  /// The bytes: ``PickleValue/bytes(_:)`` or ``PickleValue/latin1(_:)``.
  let content: PickleValue
}
