/// One file of a generated data set.
public struct SyntheticMember: Sendable {
  /// What a file is made of.
  public enum Content: Sendable {
    /// Generated records, one after the other.
    case records(SyntheticRecords)
    /// These bytes, text in UTF-8.
    case text([UInt8])
  }

  /// The name of the file, without directories.
  public let name: String
  /// What the file is made of.
  public let content: Content

  /// Bytes of the file.
  public var byteCount: Int {
    switch content {
    case .records(let records): records.recordCount * records.kind.facts.layout.recordLength
    case .text(let bytes): bytes.count
    }
  }

  /// Records that are generated in one piece.
  static let recordsPerPiece = 128

  /// Calls `body` with the bytes of the file, in order, in pieces of at most 400 KB.
  ///
  /// - Throws: What `body` throws; no more pieces follow then.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch content {
    case .text(let bytes):
      try bytes.withUnsafeBytes(body)
    case .records(let records):
      let length = records.kind.facts.layout.recordLength
      let piece = UnsafeMutableRawBufferPointer.allocate(
        byteCount: min(records.recordCount, Self.recordsPerPiece) * length, alignment: 64)
      defer { piece.deallocate() }
      var first = 0
      while first < records.recordCount {
        let end = min(records.recordCount, first + Self.recordsPerPiece)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<((end - first) * length)])
        records.readRecords(in: first..<end, into: bytes)
        try body(UnsafeRawBufferPointer(bytes))
        first = end
      }
    }
  }
}
