/// The five ways in which PNG predicts a row, so that it compresses better.
///
/// Source: PNG specification (third edition), section 9, "Filtering".
enum PNGFilter: UInt8, CaseIterable {
  case none, left, above, average, paeth

  /// The bytes between a pixel and its left neighbour, for red, green and blue of eight bits.
  private static let pixelLength = 3

  /// Replaces `filtered` by the differences between `row` and its prediction.
  ///
  /// - Parameters:
  ///   - previous: The row above, as long as `row`; zeros above the first.
  ///   - filtered: As long as `row`.
  func apply(to row: ArraySlice<UInt8>, previous: ArraySlice<UInt8>, into filtered: inout [UInt8]) {
    // Spans: the array would be asked for each byte whether somebody else has it, too.
    let (row, previous) = (row.span, previous.span)
    var filtered = filtered.mutableSpan
    for place in filtered.indices {
      let hasLeft = place >= Self.pixelLength
      let left = hasLeft ? row[place - Self.pixelLength] : 0
      let aboveLeft = hasLeft ? previous[place - Self.pixelLength] : 0
      filtered[place] =
        row[place] &- predicted(left: left, above: previous[place], aboveLeft: aboveLeft)
    }
  }

  /// The byte that the filter expects from its neighbours.
  func predicted(left: UInt8, above: UInt8, aboveLeft: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .left: return left
    case .above: return above
    case .average: return UInt8((Int(left) + Int(above)) / 2)
    case .paeth:
      let (a, b, c) = (Int(left), Int(above), Int(aboveLeft))
      let (toLeft, toAbove, toCorner) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
      if toLeft <= toAbove && toLeft <= toCorner { return left }
      return toAbove <= toCorner ? above : aboveLeft
    }
  }
}
