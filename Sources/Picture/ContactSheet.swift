/// Small pictures in rows and columns, each with its labels below, dark on white.
///
/// All letters grow with the pictures, so that a sheet of any scale can be read, and no text is cut: what does not
/// fit into a line goes on in the next one.
public struct ContactSheet: Sendable {
  /// One picture of a sheet.
  public struct Tile: Sendable {
    /// Columns of the picture, at least 1.
    public let width: Int
    /// The pixels, `[height, width, channel]`.
    public let pixels: [UInt8]
    /// What is written below; each begins in a line of its own.
    public let labels: [String]

    /// A tile of `pixels.count / (3 * width)` rows.
    ///
    /// - Parameter pixels: `[height, width, channel]`, whole rows and at least one.
    public init(width: Int, pixels: [UInt8], labels: [String]) {
      precondition(
        width > 0 && !pixels.isEmpty && pixels.count.isMultiple(of: 3 * width),
        "\(pixels.count) bytes are no picture of \(width) columns")
      self.width = width
      self.pixels = pixels
      self.labels = labels
    }

    /// Rows of the picture.
    public var height: Int { pixels.count / (3 * width) }
  }

  /// Tiles that belong together.
  public struct Section: Sendable {
    /// What is written above the tiles; nothing if empty.
    public let heading: String
    /// The tiles, in reading order.
    public let tiles: [Tile]

    /// A section of a sheet.
    public init(heading: String = "", tiles: [Tile]) {
      self.heading = heading
      self.tiles = tiles
    }
  }

  /// A section with its texts in lines.
  private struct PlacedSection {
    let heading: [String]
    let tiles: [(tile: Tile, label: [String])]

    func rowCount(columns: Int) -> Int { (tiles.count + columns - 1) / columns }
  }

  /// The picture in pixels; what ``image(checkpoint:)`` may refuse.
  public let size: (width: Int, height: Int)

  /// Pixels of the sheet for each pixel of a tile, 1 to ``greatestScale``.
  private let scale: Int
  private let columns: Int
  private let title: [String]
  private let sections: [PlacedSection]
  /// Rows of the highest tile, in pixels of the sheet.
  private let tileHeight: Int
  /// Columns of the widest tile, or of the shortest line below it.
  private let cellWidth: Int
  /// Rows of a tile with its labels.
  private let cellHeight: Int
  private let lettering: Lettering

  /// The most pixels of the sheet for each pixel of a tile.
  public static let greatestScale = 16
  /// The fewest letters that fit below a tile, however small it is.
  static let labelWidth = 12
  /// The fewest letters of a line above the tiles, unless the texts are shorter.
  static let titleWidth = 40

  /// A sheet of sections, one below the other.
  ///
  /// - Parameters:
  ///   - title: What is written above the sections; each begins in a line of its own.
  ///   - columnCount: Tiles in a row, at least 1; `nil` for a sheet of about the shape of a screen.
  public init(title: [String] = [], sections: [Section], scale: Int = 3, columnCount: Int? = nil) {
    precondition(
      (1...Self.greatestScale).contains(scale) && columnCount ?? 1 >= 1,
      "scale \(scale), \(columnCount ?? 0) columns")
    let lettering = Lettering(scale: scale)
    let tiles = sections.flatMap(\.tiles)
    let tileHeight = (tiles.map(\.height).max() ?? 0) * scale
    let cellWidth = max(
      (tiles.map(\.width).max() ?? 0) * scale, Self.labelWidth * BitmapFont.advance * lettering.label)
    let lettersBelow = (cellWidth + lettering.label) / (BitmapFont.advance * lettering.label)
    let labels = sections.map { $0.tiles.map { $0.labels.flatMap { Self.wrap($0, width: lettersBelow) } } }
    let lineCount = labels.joined().map(\.count).max() ?? 0
    let cellHeight = tileHeight + lettering.gap + lineCount * lettering.lineHeight(lettering.label)
    let columns = Self.columns(
      of: sections.map(\.tiles.count), asked: columnCount, width: cellWidth + lettering.margin,
      height: cellHeight + lettering.margin)

    let longest = (title + sections.map(\.heading)).map(\.count).max() ?? 0
    let letter = BitmapFont.advance * lettering.title
    let inner = max(
      columns * (cellWidth + lettering.margin) - lettering.margin, min(longest, Self.titleWidth) * letter)
    let titleLines = title.flatMap { Self.wrap($0, width: inner / letter) }
    let placed = zip(sections, labels).map { section, labels in
      PlacedSection(
        heading: Self.wrap(section.heading, width: inner / letter), tiles: Array(zip(section.tiles, labels)))
    }
    let height = placed.reduce(lettering.margin + lettering.titleHeight(titleLines)) { sum, section in
      sum + lettering.titleHeight(section.heading)
        + section.rowCount(columns: columns) * (cellHeight + lettering.margin)
    }

    self.scale = scale
    self.columns = columns
    self.title = titleLines
    self.sections = placed
    self.tileHeight = tileHeight
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    self.lettering = lettering
    size = tiles.isEmpty ? (0, 0) : (inner + 2 * lettering.margin, height)
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
    var image = try RGBImage(width: size.width, height: size.height)
    var row = lettering.margin
    write(title, row: &row, on: &image)
    for section in sections {
      write(section.heading, row: &row, on: &image)
      for (number, placed) in section.tiles.enumerated() {
        try checkpoint()
        draw(
          placed.tile, placed.label,
          column: lettering.margin + number % columns * (cellWidth + lettering.margin),
          row: row + number / columns * (cellHeight + lettering.margin), on: &image)
      }
      row += section.rowCount(columns: columns) * (cellHeight + lettering.margin)
    }
    return image
  }

  /// Writes lines of the title or of a heading, and goes on to the row below them.
  private func write(_ lines: [String], row: inout Int, on image: inout RGBImage) {
    for (number, line) in lines.enumerated() {
      image.write(
        line, column: lettering.margin, row: row + number * lettering.lineHeight(lettering.title),
        scale: lettering.title, colour: .ink)
    }
    row += lettering.titleHeight(lines)
  }

  /// Draws a tile in the middle of its cell, and its labels below.
  private func draw(_ tile: Tile, _ label: [String], column: Int, row: Int, on image: inout RGBImage) {
    image.draw(
      tile.pixels, pixelWidth: tile.width, column: column + (cellWidth - tile.width * scale) / 2, row: row,
      scale: scale)
    for (number, line) in label.enumerated() {
      image.write(
        line, column: column + (cellWidth - BitmapFont.width(of: line) * lettering.label) / 2,
        row: row + tileHeight + lettering.gap + number * lettering.lineHeight(lettering.label),
        scale: lettering.label, colour: .ink)
    }
  }

  /// The number of columns: the one that was asked for, else the one that makes the sheet about four to three.
  private static func columns(of counts: [Int], asked: Int?, width: Int, height: Int) -> Int {
    let most = max(1, counts.max() ?? 1)
    if let asked { return min(asked, most) }
    var columns = 1
    while columns < most {
      let rows = counts.reduce(0) { $0 + ($1 + columns - 1) / columns }
      guard 3 * columns * width < 4 * rows * height else { break }
      columns += 1
    }
    return columns
  }

  /// The text in lines of at most `width` letters, broken behind blanks, underscores, hyphens, commas and slashes
  /// where it has any.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var rest = Array(text)[...]
    while rest.count > width {
      let lastBreak = rest.prefix(width).lastIndex { " _-,/".contains($0) }.map { $0 + 1 }
      let end = lastBreak ?? rest.startIndex + width
      lines.append(String(rest[..<end]))
      rest = rest[end...]
    }
    return rest.isEmpty ? lines : lines + [String(rest)]
  }
}

/// How large the letters of a sheet are, and what is around them, in pixels of the sheet.
private struct Lettering {
  /// Pixels for each pixel of the font below the tiles: at the usual scale of three, one.
  let label: Int
  /// Pixels for each pixel of the font above the tiles.
  let title: Int
  /// Pixels around and between the tiles.
  let margin: Int
  /// Pixels between a tile and its labels.
  let gap: Int

  /// The letters of a sheet with `scale` pixels for each pixel of a tile.
  init(scale: Int) {
    label = max(1, scale / 3)
    title = label + 1
    margin = 8 * label
    gap = 2 * label
  }

  /// Rows from one line to the next.
  func lineHeight(_ letter: Int) -> Int { (BitmapFont.height + 2) * letter }

  /// Rows of a text above tiles, with the margin below it; none without a text.
  func titleHeight(_ lines: [String]) -> Int {
    lines.isEmpty ? 0 : lines.count * lineHeight(title) + margin
  }
}
