import CKernels

/// The type of a delivered image's values.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision in the machine's byte order.
  case float32
  /// IEEE 754 half precision in the machine's byte order: what is a ``float32``, rounded to nearest, half to even.
  case float16
  /// The upper half of a single precision number, rounded likewise: the same range with 8 bits of precision.
  case bfloat16
  /// Whole numbers of 0...255.
  case uint8

  /// Bytes of one value.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .uint8: 1
    }
  }

  /// The values of elements of this type, exactly.
  ///
  /// - Parameter elements: Whole elements, with any alignment.
  public func values(of elements: UnsafeRawBufferPointer) -> [Float] {
    stride(from: 0, to: elements.count, by: byteCount).map { offset in
      switch self {
      case .float32: elements.loadUnaligned(fromByteOffset: offset, as: Float.self)
      case .float16:
        cp_half_value(CP_HALF_FLOAT16, elements.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      case .bfloat16:
        cp_half_value(CP_HALF_BFLOAT16, elements.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      case .uint8: Float(elements[offset])
      }
    }
  }
}
