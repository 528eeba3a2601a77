/// A 64-bit hash against accidents, not against attackers.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a with 64 bits.
struct FowlerNollVoHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds bytes.
  mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// The hash as 16 digits.
  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
