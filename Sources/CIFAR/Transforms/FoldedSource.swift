import CKernels

/// The record as a reflecting pad unfolds it: for each row and column of the image, which one of the record it is.
///
/// Crops, pads and mirroring move rows and columns as a whole, so two lines of numbers say where all pixels come
/// from, whatever was reflected before. What is needed of it is put together in ``block``, which has the form of a
/// record: all that reads records reads it as well.
struct FoldedSource {
  /// Longest side of a block.
  static let blockSide = CIFARImage.height

  /// Pixels that were put together, in the planes of a record.
  let block: UnsafeMutablePointer<UInt8>
  /// For each row the record's.
  let rows: FoldedAxis
  /// For each column the record's.
  let columns: FoldedAxis

  /// Bytes of memory for images whose longer side is at most `side` after any reflecting pad; 0 where there is none.
  static func byteCount(side: Int) -> Int {
    side == 0 ? 0 : CIFARImage.byteCount + 2 * (side + blockSide)
  }

  /// Lays out `byteCount(side:)` bytes, which are zero.
  init(_ memory: UnsafeMutablePointer<UInt8>, side: Int) {
    block = memory
    rows = FoldedAxis(places: memory + CIFARImage.byteCount)
    // A block is put together in whole rows: beyond the last column lie as many that are never delivered.
    columns = FoldedAxis(places: memory + CIFARImage.byteCount + side + Self.blockSide)
  }

  /// Puts a rectangle of at most ``blockSide`` rows and columns together, at the top left of ``block``.
  func gather(_ part: PixelRectangle, of pixels: UnsafePointer<UInt8>, _ instructions: cp_instructions) {
    cp_gather(
      instructions, pixels, rows.places + part.top, columns.places + part.left,
      Int32(truncatingIfNeeded: part.height), block)
  }
}

/// Which of the record's rows each row of an image is; or the columns.
struct FoldedAxis {
  /// One number of 0...31 for each row.
  let places: UnsafeMutablePointer<UInt8>

  /// Takes over the rows of an image that has none from a margin yet.
  ///
  /// - Parameters:
  ///   - origin: The record's row for row 0 of the image; where `isFolded`, its index in `places`.
  ///   - isReversed: Whether the rows of the image go down in these.
  ///   - visible: The rows of the image that come from the record. The others are covered, and become any row.
  ///   - length: Rows of the image.
  ///   - margin: Rows that are added on each side, fewer than `length`: mirrored, without repeating the outermost.
  @inline(__always)
  func fold(
    origin: Int, isReversed: Bool, visible: Range<Int>, length: Int, margin: Int, isFolded: Bool
  ) {
    let image = places + margin
    let (first, count) = (visible.lowerBound, visible.upperBound &- visible.lowerBound)
    if count > 0 {
      let least = isReversed ? origin &- (visible.upperBound &- 1) : origin &+ first
      if isFolded {
        (image + first).update(from: places + least, count: count)
      } else {
        for index in 0..<count { image[first &+ index] = UInt8(truncatingIfNeeded: least &+ index) }
      }
      if isReversed {
        for index in 0..<count / 2 { swap(&image[first &+ index], &image[first &+ count &- 1 &- index]) }
      }
    }
    for index in 0..<max(0, min(first, length)) { image[index] = 0 }
    for index in min(visible.upperBound, length)..<length { image[index] = 0 }
    for index in 0..<margin {
      image[-1 &- index] = image[1 &+ index]
      image[length &+ index] = image[length &- 2 &- index]
    }
  }
}
