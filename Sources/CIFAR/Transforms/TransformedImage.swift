import CKernels

/// One image on its way through the operations: where its pixels come from and what becomes of their values.
///
/// Nothing is calculated for single pixels before ``write(to:layout:elementType:computes:)``, except sums where an
/// operation needs statistics.
struct TransformedImage {
  let pixels: UnsafePointer<UInt8>
  /// The frames and cutouts so far, in the order in which they came into being.
  let regions: UnsafeMutablePointer<ConstantRegion>
  /// The vector instructions that the kernels use.
  let instructions: cp_instructions
  /// How many of `regions` there are so far.
  private(set) var regionCount = 0

  private(set) var height = CIFARImage.height
  private(set) var width = CIFARImage.width
  /// The part of the image that comes from the record, apart from what is covered.
  private(set) var window = PixelRectangle(height: CIFARImage.height, width: CIFARImage.width)
  /// The record's row for row 0 of the image; that of `folded` once the image was reflected.
  private var rowOrigin = 0
  /// The record's column for column 0 of the image; that of `folded` once the image was reflected.
  private var columnOrigin = 0
  /// Whether columns of the image go down in the record.
  private(set) var isMirrored = false
  /// The record with its margins; empty before the image was reflected.
  private let folded: FoldedSource
  /// Whether pixels come from `folded`.
  private(set) var isFolded = false
  /// The rectangle of `folded` that its block holds.
  private var held = PixelRectangle(height: 0, width: 0)

  /// What became of the record's pixels.
  private(set) var values = ImageValues()
  /// The statistics of the visible pixels; nil after they may have changed.
  private var statistics: PixelStatistics?

  /// The record as it is.
  ///
  /// - Parameters:
  ///   - regions: Uninitialised room for as many regions as pads, cuts and reflections will leave.
  ///   - folded: Memory for reflections, if any will follow.
  @inline(__always)
  init(
    pixels: UnsafePointer<UInt8>, regions: UnsafeMutablePointer<ConstantRegion>, folded: FoldedSource,
    instructions: cp_instructions
  ) {
    self.pixels = pixels
    self.regions = regions
    self.folded = folded
    self.instructions = instructions
  }

  // MARK: Geometry

  /// Keeps `height` x `width` pixels, `top` rows and `left` columns from the corner.
  @inline(__always)
  mutating func crop(top: Int, left: Int, height: Int, width: Int) {
    let old = window
    move(up: top, left: left, height: height, width: width)
    // A crop that takes nothing of the window, as one to the full size, leaves the sums as they are.
    if window.height != old.height || window.width != old.width || regionCount > 0 { statistics = nil }
  }

  /// Adds `margin` zeros on each side.
  @inline(__always)
  mutating func pad(_ margin: Int) {
    move(up: -margin, left: -margin, height: height &+ 2 &* margin, width: width &+ 2 &* margin)
    let outline = PixelRectangle(height: height, width: width)
    let hole = PixelRectangle(
      top: margin, left: margin, bottom: height &- margin, right: width &- margin)
    add(ConstantRegion(outline: outline, hole: hole, covers: false, value: .zero))
  }

  /// Adds `margin` pixels on each side, mirrored at the outermost ones, which are not repeated.
  mutating func reflect(_ margin: Int) {
    if margin == 0 { return }
    folded.rows.fold(
      origin: rowOrigin, isReversed: false, visible: window.top..<window.bottom, length: height,
      margin: margin, isFolded: isFolded)
    folded.columns.fold(
      origin: columnOrigin, isReversed: isMirrored, visible: window.left..<window.right, length: width,
      margin: margin, isFolded: isFolded)
    if regionCount > 0 { reflectRegions(margin) }
    height &+= 2 &* margin
    width &+= 2 &* margin
    // All of it, because what surrounded the window before now also lies between its images, and covers.
    window = PixelRectangle(height: height, width: width)
    (rowOrigin, columnOrigin, isMirrored, isFolded) = (0, 0, false, true)
    held = PixelRectangle(height: 0, width: 0)
    statistics = nil
  }

  /// Puts the images of each region into its place, none of them above a later region's.
  private mutating func reflectRegions(_ margin: Int) {
    var next = regions + regionCount
    for index in 0..<regionCount {
      for vertical in MirrorImage.allCases {
        for horizontal in MirrorImage.allCases {
          func image(_ rectangle: PixelRectangle) -> PixelRectangle {
            rectangle.reflected(vertical, horizontal, margin: margin, height: height, width: width)
          }
          let region = regions[index]
          let outline = image(region.outline)
          if outline.isEmpty { continue }
          next.initialize(
            to: ConstantRegion(
              outline: outline, hole: image(region.hole), covers: true, value: region.value))
          next += 1
        }
      }
    }
    let copies = regions + regionCount
    regionCount = next - copies
    regions.update(from: copies, count: regionCount)
  }

  /// Zeros in a square of `size` pixels, `size / 2` of them before the pixel at `row` and `column`.
  @inline(__always)
  mutating func cut(row: Int, column: Int, size: Int) {
    let top = row &- size / 2
    let left = column &- size / 2
    let square = PixelRectangle(top: top, left: left, bottom: top &+ size, right: left &+ size)
    let none = PixelRectangle(height: 0, width: 0)
    add(
      ConstantRegion(
        outline: square.intersection(PixelRectangle(height: height, width: width)), hole: none, covers: true,
        value: .zero))
    statistics = nil
  }

  /// Mirrors the image left to right.
  @inline(__always)
  mutating func mirror() {
    columnOrigin = isMirrored ? columnOrigin &- (width &- 1) : columnOrigin &+ (width &- 1)
    isMirrored.toggle()
    window = window.mirrored(width: width)
    for index in 0..<regionCount {
      regions[index].outline = regions[index].outline.mirrored(width: width)
      regions[index].hole = regions[index].hole.mirrored(width: width)
    }
  }

  /// Takes rows from the top and columns from the left, or adds them where negative, and sets the new size.
  @inline(__always)
  private mutating func move(up rows: Int, left columns: Int, height: Int, width: Int) {
    rowOrigin &+= rows
    columnOrigin = isMirrored ? columnOrigin &- columns : columnOrigin &+ columns
    (self.height, self.width) = (height, width)
    window = window.moved(up: rows, left: columns, height: height, width: width)
    for index in 0..<regionCount {
      regions[index].outline = regions[index].outline.moved(
        up: rows, left: columns, height: height, width: width)
      regions[index].hole = regions[index].hole.moved(up: rows, left: columns, height: height, width: width)
    }
  }

  /// Puts a region on top of all others.
  @inline(__always)
  private mutating func add(_ region: ConstantRegion) {
    (regions + regionCount).initialize(to: region)
    regionCount &+= 1
  }

  // MARK: Values

  /// Changes every value y to `(y - centre) * factor + offset`.
  @inline(__always)
  mutating func apply(centre: ChannelValues, factor: ChannelValues, offset: ChannelValues) {
    values.apply(centre: centre, factor: factor, offset: offset)
    for index in 0..<regionCount {
      regions[index].value = (regions[index].value - centre) * factor + offset
    }
  }

  /// Multiplies every value's distance from its channel's mean.
  @inline(__always)
  mutating func stretch(by factor: Double) {
    let statistics = currentStatistics()
    let mean = regionCount == 0 ? values.value : channelMeans(statistics)
    apply(centre: mean, factor: ChannelValues(repeating: factor), offset: mean)
  }

  /// Makes the mean of all values 0 and their deviation 1, or less where it is below `1 / sqrt(n)`.
  @inline(__always)
  mutating func standardize() {
    let statistics = currentStatistics()
    let means = regionCount == 0 ? values.value : channelMeans(statistics)
    // Differences from one of them keep equal means exactly equal to their mean.
    let mean = means.x + ((means.y - means.x) + (means.z - means.x)) / 3
    let area = Double(height &* width)
    var squares = (values.slope * values.slope * statistics.spread).sum()
    if statistics.count > 0 { squares /= statistics.count }
    let distance = values.value - mean
    squares += statistics.count * (distance * distance).sum()
    for index in 0..<regionCount {
      let distance = regions[index].value - mean
      squares += Double(visibleArea(ofRegion: index)) * (distance * distance).sum()
    }
    let number = 3 * area
    let factor = 1 / max((squares / number).squareRoot(), 1 / number.squareRoot())
    apply(
      centre: ChannelValues(repeating: mean), factor: ChannelValues(repeating: factor), offset: .zero)
  }

  /// The mean of each channel over the window and the regions.
  private func channelMeans(_ statistics: PixelStatistics) -> ChannelValues {
    // Differences from a value that occurs keep an image of one value exact.
    var base = values.value
    if statistics.count == 0 {
      for index in 0..<regionCount where visibleArea(ofRegion: index) > 0 { base = regions[index].value }
    }
    var sum = statistics.count * (values.value - base)
    for index in 0..<regionCount {
      sum += Double(visibleArea(ofRegion: index)) * (regions[index].value - base)
    }
    return base + sum / Double(height &* width)
  }

  /// The statistics of the visible pixels, on which the values are then centred.
  @inline(__always)
  private mutating func currentStatistics() -> PixelStatistics {
    if let statistics { return statistics }
    holdWindow()
    let taken = regionCount == 0 && !isInBlocks ? sums(of: window) : visibleSums()
    statistics = taken
    values.centre(on: taken)
    return taken
  }

  /// The statistics of a rectangle of pixels.
  @inline(__always)
  private func sums(of rectangle: PixelRectangle) -> PixelStatistics {
    var source = sourceWindow(of: rectangle)
    var sums = cp_sums()
    cp_window_sums(instructions, &source, &sums)
    return PixelStatistics(
      count: rectangle.area,
      values: SIMD3(UInt64(sums.values.0), UInt64(sums.values.1), UInt64(sums.values.2)),
      squares: SIMD3(UInt64(sums.squares.0), UInt64(sums.squares.1), UInt64(sums.squares.2)))
  }

  /// The statistics of the window without what cutouts cover.
  private func visibleSums() -> PixelStatistics {
    var count = 0
    var values = SIMD3<UInt64>.zero
    var squares = SIMD3<UInt64>.zero
    forEachVisiblePart(of: window, above: 0) { part in
      forEachBlock(of: part) { block, source in
        var source = source
        var sums = cp_sums()
        cp_window_sums(instructions, &source, &sums)
        count &+= block.area
        values &+= SIMD3(UInt64(sums.values.0), UInt64(sums.values.1), UInt64(sums.values.2))
        squares &+= SIMD3(UInt64(sums.squares.0), UInt64(sums.squares.1), UInt64(sums.squares.2))
      }
    }
    return PixelStatistics(count: count, values: values, squares: squares)
  }

  /// Pixels of a region that no later cutout covers.
  private func visibleArea(ofRegion index: Int) -> Int {
    var area = 0
    forEachVisiblePart(of: regions[index].outline, above: index &+ 1) { area &+= $0.area }
    forEachVisiblePart(of: regions[index].hole, above: index &+ 1) { area &-= $0.area }
    return area
  }

  /// Calls `body` with disjoint rectangles that make up what the cutouts from region `first` on leave of one.
  private func forEachVisiblePart(
    of rectangle: PixelRectangle, above first: Int, _ body: (PixelRectangle) -> Void
  ) {
    if rectangle.isEmpty { return }
    for index in first..<max(first, regionCount) where regions[index].covers {
      let cut = regions[index].outline.intersection(rectangle)
      if cut.isEmpty { continue }
      // What is left around the cutout are at most four rectangles, from which the later cutouts are taken.
      var above = rectangle
      above.bottom = cut.top
      var below = rectangle
      below.top = cut.bottom
      var left = cut
      (left.left, left.right) = (rectangle.left, cut.left)
      var right = cut
      (right.left, right.right) = (cut.right, rectangle.right)
      forEachVisiblePart(of: above, above: index &+ 1, body)
      forEachVisiblePart(of: below, above: index &+ 1, body)
      forEachVisiblePart(of: left, above: index &+ 1, body)
      forEachVisiblePart(of: right, above: index &+ 1, body)
      // The image of a frame covers, and its hole does not.
      forEachVisiblePart(of: regions[index].hole.intersection(cut), above: index &+ 1, body)
      return
    }
    body(rectangle)
  }

  // MARK: Source

  /// Whether the window is larger than a record, so that it is put together block by block.
  @inline(__always)
  var isInBlocks: Bool {
    isFolded && (window.height > FoldedSource.blockSide || window.width > FoldedSource.blockSide)
  }

  /// Puts the window together, unless that was done or each block needs it anew.
  @inline(__always)
  mutating func holdWindow() {
    guard isFolded, !isInBlocks, !window.isEmpty else { return }
    let part = placeInSource(window)
    if part.intersection(held) == part { return }
    folded.gather(part, of: pixels, instructions)
    held = part
  }

  /// Calls `body` with parts of a part of the window and where their pixels lie, until `body` returns.
  func forEachBlock(of part: PixelRectangle, _ body: (PixelRectangle, cp_window) -> Void) {
    guard isInBlocks else { return body(part, sourceWindow(of: part)) }
    for top in stride(from: part.top, to: part.bottom, by: FoldedSource.blockSide) {
      for left in stride(from: part.left, to: part.right, by: FoldedSource.blockSide) {
        let block = PixelRectangle(
          top: top, left: left, bottom: min(part.bottom, top &+ FoldedSource.blockSide),
          right: min(part.right, left &+ FoldedSource.blockSide))
        folded.gather(placeInSource(block), of: pixels, instructions)
        body(
          block,
          cp_window(
            row: folded.block, column: 0, height: Int32(truncatingIfNeeded: block.height),
            width: Int32(truncatingIfNeeded: block.width)))
      }
    }
  }

  /// The rows and columns of the record, or of `folded`, that a part of the window shows.
  @inline(__always)
  private func placeInSource(_ part: PixelRectangle) -> PixelRectangle {
    let left = isMirrored ? columnOrigin &- (part.right &- 1) : columnOrigin &+ part.left
    return PixelRectangle(
      top: rowOrigin &+ part.top, left: left, bottom: rowOrigin &+ part.bottom, right: left &+ part.width)
  }

  /// Where a part of the window lies in the record, or in the block that holds the window.
  @inline(__always)
  func sourceWindow(of part: PixelRectangle) -> cp_window {
    // An empty window may lie anywhere; no address is made from its origin. It keeps its height and width, of
    // which only one may be 0, because together with the border they make up the image.
    if part.isEmpty {
      return cp_window(
        row: pixels, column: 0, height: Int32(truncatingIfNeeded: part.height),
        width: Int32(truncatingIfNeeded: part.width))
    }
    let place = placeInSource(part)
    let (from, top, left) =
      isFolded
      ? (UnsafePointer(folded.block), place.top &- held.top, place.left &- held.left)
      : (pixels, place.top, place.left)
    return cp_window(
      row: from + top &* CIFARImage.width, column: Int32(truncatingIfNeeded: left),
      height: Int32(truncatingIfNeeded: part.height), width: Int32(truncatingIfNeeded: part.width))
  }
}

/// A part of an image that does not come from the record: the frame of a pad operation, or a cutout.
///
/// Its pixels are zeros when it comes into being, and later operations change them like all others.
struct ConstantRegion {
  /// The region's outline, in the image as it is now.
  var outline: PixelRectangle
  /// The image that a frame surrounds, which is not part of it; empty for a cutout.
  var hole: PixelRectangle
  /// Whether the region covers what was there before; a frame lies beside it.
  let covers: Bool
  /// The value of all its pixels by channel.
  var value: ChannelValues
}
