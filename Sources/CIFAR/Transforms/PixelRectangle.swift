/// A rectangle of pixels; `bottom` and `right` are the first row and column beyond it.
struct PixelRectangle: Equatable {
  var top: Int
  var left: Int
  var bottom: Int
  var right: Int

  init(height: Int, width: Int) {
    self.init(top: 0, left: 0, bottom: height, right: width)
  }

  init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  var height: Int { bottom &- top }
  var width: Int { right &- left }
  var area: Int { height &* width }
  var isEmpty: Bool { top >= bottom || left >= right }

  /// The rectangle after an image lost `rows` and `columns` at its top left and then has this size.
  ///
  /// What lies outside of the image is cut off; a rectangle wholly outside becomes empty. Negative losses are a
  /// margin that the image gained.
  func moved(up rows: Int, left columns: Int, height: Int, width: Int) -> PixelRectangle {
    PixelRectangle(
      top: min(max(top &- rows, 0), height), left: min(max(left &- columns, 0), width),
      bottom: min(max(bottom &- rows, 0), height), right: min(max(right &- columns, 0), width))
  }

  /// The rectangle in an image of `width` columns that was mirrored left to right.
  func mirrored(width: Int) -> PixelRectangle {
    PixelRectangle(top: top, left: width &- right, bottom: bottom, right: width &- left)
  }

  /// One of the nine images of the rectangle in an image of `height` x `width` pixels that gained a margin in which it
  /// is mirrored at its outermost pixels, without repeating them.
  ///
  /// Only what lies in that part of the new image: possibly empty.
  func reflected(
    _ vertical: MirrorImage, _ horizontal: MirrorImage, margin: Int, height: Int, width: Int
  ) -> PixelRectangle {
    let rows = vertical.reflected(top, bottom, length: height, margin: margin)
    let columns = horizontal.reflected(left, right, length: width, margin: margin)
    return PixelRectangle(top: rows.first, left: columns.first, bottom: rows.end, right: columns.end)
  }

  /// What both rectangles cover; possibly empty, and then with any edges.
  func intersection(_ other: PixelRectangle) -> PixelRectangle {
    PixelRectangle(
      top: max(top, other.top), left: max(left, other.left),
      bottom: min(bottom, other.bottom), right: min(right, other.right))
  }

  /// Whether the pixel lies in the rectangle.
  func contains(row: Int, column: Int) -> Bool {
    row >= top && row < bottom && column >= left && column < right
  }
}

/// The three images of a row of pixels that gained a mirrored margin on both sides.
enum MirrorImage: CaseIterable {
  /// In the margin before it.
  case before
  /// The row itself.
  case between
  /// In the margin behind it.
  case behind

  /// Where the pixels `first` up to but not including `end` of `length` are then; cut off at the margin's edges.
  fileprivate func reflected(_ first: Int, _ end: Int, length: Int, margin: Int) -> (first: Int, end: Int) {
    func limited(_ first: Int, _ end: Int, _ bounds: ClosedRange<Int>) -> (Int, Int) {
      (
        min(max(first, bounds.lowerBound), bounds.upperBound),
        min(max(end, bounds.lowerBound), bounds.upperBound)
      )
    }
    switch self {
    case .before: return limited(margin - end + 1, margin - first + 1, 0...margin)
    case .between: return (first + margin, end + margin)
    case .behind:
      let last = margin + 2 * length - 1
      return limited(last - end, last - first, (margin + length)...(2 * margin + length))
    }
  }
}
