import InputPipeline

/// Turns the bytes of an array in a pickle into images that follow each other.
struct PickledPixels {
  /// Bytes that are decoded at once.
  private static let pieceLength = 1 << 16
  /// Rows and columns that change places at once: both sides of a tile stay in the cache.
  private static let tileLength = 64

  private let array: PickleArray
  private let bytes: any PickleBytes

  /// The pixels of `array`, which lie in `bytes`.
  init(_ array: PickleArray, in bytes: any PickleBytes) {
    self.array = array
    self.bytes = bytes
  }

  /// Where the images are, one after the other: in the pickle itself if possible, otherwise in memory.
  func inRows() throws(DatasetError) -> (bytes: any PickleBytes, offset: Int) {
    switch (array.content, array.isColumnMajor) {
    case (.bytes(let range), false): return (bytes, range.lowerBound)
    case (.bytes(let range), true):
      let region = try region()
      try bytes.read(at: range.lowerBound, into: region.bytes)
      return (PickleMemory(path: bytes.path, region: try transposed(region)), 0)
    case (.latin1(let range), let isColumnMajor):
      let region = try decoded(range)
      return (PickleMemory(path: bytes.path, region: isColumnMajor ? try transposed(region) : region), 0)
    default: preconditionFailure("an array's content is bytes or text")
    }
  }

  private func region() throws(DatasetError) -> MemoryRegion {
    let byteCount = array.rows * array.columns
    do {
      return try MemoryRegion(byteCount: byteCount)
    } catch {
      throw .outOfMemory(path: bytes.path, byteCount: byteCount)
    }
  }

  /// The bytes for which the scalars of `range` stand, each of them below 256.
  ///
  /// Source: RFC 3629, section 3.
  private func decoded(_ range: Range<Int>) throws(DatasetError) -> MemoryRegion {
    let region = try region()
    var filled = 0
    var lead: UInt8 = 0
    var offset = range.lowerBound
    while offset < range.upperBound {
      let piece = try bytes.content(of: offset..<min(offset + Self.pieceLength, range.upperBound))
      for (index, byte) in piece.enumerated() {
        // A scalar below 128 is one byte; one from 128 to 255 is two, the first of which is C2 or C3.
        let isContinuation = byte & 0xc0 == 0x80
        if lead == 0 && byte & 0xfe == 0xc2 {
          lead = byte
          continue
        }
        guard filled < region.bytes.count, lead == 0 ? byte < 0x80 : isContinuation else {
          throw fault("bytes as text in latin1", at: offset + index)
        }
        region.bytes[filled] = lead == 0 ? byte : (lead & 3) << 6 | (byte & 0x3f)
        lead = 0
        filled += 1
      }
      offset += piece.count
    }
    guard filled == region.bytes.count && lead == 0 else {
      throw fault("\(region.bytes.count) bytes for the array, not \(filled)", at: range.upperBound)
    }
    return region
  }

  /// The bytes row by row, given those column by column.
  private func transposed(_ columns: MemoryRegion) throws(DatasetError) -> MemoryRegion {
    let rows = try region()
    for firstRow in stride(from: 0, to: array.rows, by: Self.tileLength) {
      let lastRow = min(firstRow + Self.tileLength, array.rows)
      for firstColumn in stride(from: 0, to: array.columns, by: Self.tileLength) {
        for row in firstRow..<lastRow {
          for column in firstColumn..<min(firstColumn + Self.tileLength, array.columns) {
            rows.bytes[row * array.columns + column] = columns.bytes[column * array.rows + row]
          }
        }
      }
    }
    return rows
  }

  private func fault(_ expected: String, at offset: Int) -> DatasetError {
    .badPickle(path: bytes.path, PickleFault(.unexpected(expected), at: offset))
  }
}
