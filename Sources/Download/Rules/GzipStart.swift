/// Judges the beginning of a body that must be a gzip file.
///
/// The first bytes are held back until they are judged, so that a login page never replaces good bytes.
/// Source: RFC 1952 section 2.3.1.
struct GzipStart {
  /// Bytes that are collected before the judgement, enough to show what came instead.
  static let length = 48

  /// The bytes so far, at most ``length``.
  private(set) var bytes: [UInt8] = []

  /// Adds bytes of the beginning, as many as are missing.
  mutating func add(_ more: UnsafeRawBufferPointer) -> Int {
    let taken = min(more.count, Self.length - bytes.count)
    bytes.append(contentsOf: more.prefix(taken))
    return taken
  }

  /// Whether enough bytes came to judge.
  var isComplete: Bool { bytes.count == Self.length }

  /// Whether the bytes so far are those of a gzip file with compression method 8 (deflate).
  var isGzip: Bool { bytes.starts(with: [0x1f, 0x8b, 0x08]) }

  /// Whether the bytes so far are fewer than those that tell, and none of them is wrong.
  var couldBecomeGzip: Bool { [0x1f, 0x8b, 0x08].starts(with: bytes) }
}
