import CIFAR

/// Tells data sets apart without reading all of them.
enum DatasetFingerprint {
  /// How many records are looked at, spread evenly.
  private static let sampleCount = 64

  /// A hash of the names and sizes of the parts and of some records; the same for a directory and its archive.
  ///
  /// - Throws: What reading the records throws.
  static func of(_ dataset: CIFARDataset) throws -> String {
    let records = dataset.records
    var hash = FowlerNollVoHash()
    for part in records.parts { hash.update("\(part.name) \(part.source.recordCount)\n".utf8) }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: records.recordLength, alignment: 16)
    defer { bytes.deallocate() }
    for sample in 0..<min(sampleCount, records.recordCount) {
      let (part, index) = records.location(
        ofRecord: sample * records.recordCount / min(sampleCount, records.recordCount))
      try records.parts[part].source.readRecords(in: index..<index + 1, into: bytes)
      hash.update(bytes)
    }
    return hash.hexadecimal
  }
}

/// A 64-bit hash against accidents, not against attackers.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a with 64 bits.
struct FowlerNollVoHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// The hash as 16 digits.
  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
