/// Small pictures in rows and columns, each with its label below, dark on white.
public struct ContactSheet: Sendable {
  /// One picture of a sheet.
  public struct Tile: Sendable {
    /// Columns of the picture, at least 1.
    public let width: Int
    /// The pixels, `[height, width, channel]`.
    public let pixels: [UInt8]
    /// What is written below, in at most ``ContactSheet/labelLineCount`` lines.
    public let label: String

    /// A tile of `pixels.count / (3 * width)` rows.
    ///
    /// - Parameter pixels: `[height, width, channel]`, whole rows and at least one.
    public init(width: Int, pixels: [UInt8], label: String) {
      precondition(
        width > 0 && !pixels.isEmpty && pixels.count.isMultiple(of: 3 * width),
        "\(pixels.count) bytes are no picture of \(width) columns")
      self.width = width
      self.pixels = pixels
      self.label = label
    }

    /// Rows of the picture.
    public var height: Int { pixels.count / (3 * width) }
  }

  /// What is written above the tiles; none if empty.
  public let title: String
  /// The tiles, in reading order.
  public let tiles: [Tile]
  /// Pixels of the sheet for each pixel of a tile, 1 to ``greatestScale``.
  public let scale: Int
  /// Tiles in a row, at least 1; `nil` for a sheet of about the shape of a screen.
  public let columnCount: Int?

  /// Rows of the highest tile, in pixels of the sheet.
  private let tileHeight: Int
  /// Columns of the widest tile, or of the shortest line below it.
  private let cellWidth: Int

  /// The most pixels of the sheet for each pixel of a tile.
  public static let greatestScale = 16

  /// The most lines of a label.
  public static let labelLineCount = 2
  /// The fewest letters that fit below a tile, however small it is.
  static let labelWidth = 12
  /// Pixels around and between the tiles.
  static let margin = 8
  /// Pixels between a tile and its label, and between two lines.
  static let gap = 2
  /// Pixels for each pixel of the font in the title.
  static let titleScale = 2

  /// A sheet of tiles.
  public init(title: String = "", tiles: [Tile], scale: Int = 3, columnCount: Int? = nil) {
    precondition(
      (1...Self.greatestScale).contains(scale) && columnCount ?? 1 >= 1,
      "scale \(scale), \(columnCount ?? 0) columns")
    self.title = title
    self.tiles = tiles
    self.scale = scale
    self.columnCount = columnCount
    tileHeight = (tiles.map(\.height).max() ?? 0) * scale
    cellWidth = max((tiles.map(\.width).max() ?? 0) * scale, Self.labelWidth * BitmapFont.advance)
  }

  /// The sheet as a PNG file; equal sheets give equal bytes with the same zlib.
  ///
  /// - Parameter checkpoint: Called for each tile and for each row of pixels.
  /// - Throws: ``PictureError`` if the sheet is empty or would be too large; what `checkpoint` throws.
  public func png(checkpoint: () throws -> Void = {}) throws -> [UInt8] {
    try PNGEncoder.encode(image(checkpoint: checkpoint), checkpoint: checkpoint)
  }

  /// The sheet as a picture.
  ///
  /// - Parameter checkpoint: Called for each tile.
  /// - Throws: ``PictureError/size(width:height:)`` if the sheet is empty or would be too large; what `checkpoint`
  ///   throws.
  public func image(checkpoint: () throws -> Void = {}) throws -> RGBImage {
    guard !tiles.isEmpty else { throw PictureError.size(width: 0, height: 0) }
    let (columns, lines, top) = (columns, titleLines, top)
    var image = try RGBImage(width: size.width, height: size.height)
    for (number, line) in lines.enumerated() {
      image.write(
        line, column: Self.margin,
        row: Self.margin + number * (BitmapFont.height + Self.gap) * Self.titleScale,
        scale: Self.titleScale, colour: .ink)
    }
    for (number, tile) in tiles.enumerated() {
      try checkpoint()
      draw(
        tile, column: Self.margin + number % columns * (cellWidth + Self.margin),
        row: top + number / columns * (cellHeight + Self.margin), on: &image)
    }
    return image
  }

  /// The picture in pixels; what ``image(checkpoint:)`` may refuse.
  public var size: (width: Int, height: Int) {
    let rows = (tiles.count - 1) / columns + 1
    return (Self.margin + Self.spanned(columns, cellWidth), top + Self.spanned(rows, cellHeight))
  }

  private var columns: Int { max(1, min(columnCount ?? usualColumnCount, tiles.count)) }

  private var titleLines: [String] {
    title.isEmpty ? [] : Self.wrap(title, width: titleWidth(columns: columns), lineCount: .max)
  }

  /// The row of the first tiles.
  private var top: Int {
    let lineCount = titleLines.count
    let titleHeight = lineCount * (BitmapFont.height + Self.gap) * Self.titleScale
    return Self.margin + (lineCount == 0 ? 0 : titleHeight + Self.margin)
  }

  /// Draws a tile in the middle of its cell, and its label below.
  private func draw(_ tile: Tile, column: Int, row: Int, on image: inout RGBImage) {
    image.draw(
      tile.pixels, pixelWidth: tile.width, column: column + (cellWidth - tile.width * scale) / 2, row: row,
      scale: scale)
    let lines = Self.wrap(
      tile.label, width: (cellWidth + 1) / BitmapFont.advance, lineCount: Self.labelLineCount)
    for (number, line) in lines.enumerated() {
      image.write(
        line, column: column + (cellWidth - BitmapFont.width(of: line)) / 2,
        row: row + tileHeight + Self.gap + number * (BitmapFont.height + Self.gap), scale: 1, colour: .ink)
    }
  }

  /// Rows of a tile with its label.
  private var cellHeight: Int {
    tileHeight + Self.labelLineCount * (BitmapFont.height + Self.gap) + Self.gap
  }

  /// Letters of the title that fit above a number of columns.
  private func titleWidth(columns: Int) -> Int {
    max(1, (Self.spanned(columns, cellWidth) - Self.margin) / (BitmapFont.advance * Self.titleScale))
  }

  /// The number of columns that makes the sheet about four to three.
  private var usualColumnCount: Int {
    var columns = 1
    while columns < tiles.count {
      let rows = (tiles.count - 1) / columns + 1
      guard 3 * columns * (cellWidth + Self.margin) < 4 * rows * (cellHeight + Self.margin) else { break }
      columns += 1
    }
    return columns
  }

  /// Pixels of cells with a margin behind each.
  private static func spanned(_ count: Int, _ length: Int) -> Int {
    count * (length + margin)
  }

  /// The text in lines of at most `width` letters, broken behind blanks, underscores, hyphens and commas.
  ///
  /// What does not fit in `lineCount` lines is left out, and the last letter is a tilde.
  static func wrap(_ text: String, width: Int, lineCount: Int) -> [String] {
    var lines: [String] = []
    var rest = Array(text)[...]
    while !rest.isEmpty {
      if rest.count <= width {
        lines.append(String(rest))
        break
      }
      if lines.count + 1 == lineCount {
        lines.append(String(rest.prefix(width - 1)) + "~")
        break
      }
      let lastBreak = rest.prefix(width).lastIndex { " _-,".contains($0) }.map { $0 + 1 }
      let end = lastBreak ?? rest.startIndex + width
      lines.append(String(rest[..<end]))
      rest = rest[end...]
    }
    return lines
  }
}
