/// The FNV-1a hash of bytes, to notice any change in what is delivered.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, 64-bit FNV-1a.
struct Fingerprint: Equatable {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Adds `bytes` after those before.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}
