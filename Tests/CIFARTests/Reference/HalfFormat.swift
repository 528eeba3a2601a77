import CKernels

/// A format of 16-bit floats, described by its fields and by nothing else.
struct HalfFormat: Sendable {
  /// Bits of the exponent.
  let exponentBits: Int
  /// Bits of the fraction.
  let fractionBits: Int
  /// How the kernels call it.
  let kernelType: cp_half

  static let float16 = HalfFormat(exponentBits: 5, fractionBits: 10, kernelType: CP_HALF_FLOAT16)
  static let bfloat16 = HalfFormat(exponentBits: 8, fractionBits: 7, kernelType: CP_HALF_BFLOAT16)

  /// The bits of infinity, which follow those of the largest number.
  var infinity: UInt16 { UInt16(((1 << exponentBits) - 1) << fractionBits) }

  /// The value of bits up to ``infinity``, which counts as the number that would follow the largest one.
  func value(_ bits: UInt16) -> Double {
    let exponent = Int(bits) >> fractionBits
    let fraction = Double(Int(bits) % (1 << fractionBits)) / Double(1 << fractionBits)
    let bias = (1 << (exponentBits - 1)) - 1
    return exponent == 0
      ? fraction * power(1 - bias) : (1 + fraction) * power(exponent - bias)
  }

  /// The bits of the number nearest to a float, the even ones of two.
  func bits(_ value: Float) -> UInt16 {
    let magnitude = Double(abs(value))
    // The last bits whose value is not above it.
    var (low, high) = (UInt16(0), infinity)
    while low < high {
      let middle = low + (high - low + 1) / 2
      if self.value(middle) <= magnitude { low = middle } else { high = middle - 1 }
    }
    if low < infinity {
      let (below, above) = (magnitude - self.value(low), self.value(low + 1) - magnitude)
      if above < below || (above == below && low % 2 == 1) { low += 1 }
    }
    return low | (value.sign == .minus ? 0x8000 : 0)
  }

  private func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
