import Testing

@testable import Picture

@Suite("Contact sheets")
struct ContactSheetTests {
  /// Tiles of one grey each, 32 by 32 pixels.
  static func tiles(_ count: Int, width: Int = 32, height: Int = 32) -> [ContactSheet.Tile] {
    (0..<count).map { number in
      ContactSheet.Tile(
        width: width, pixels: [UInt8](repeating: UInt8(100 + number % 100), count: width * height * 3),
        labels: ["tile \(number)"])
    }
  }

  @Test("tiles stand in reading order, scaled, with white between them")
  func order() throws {
    let image = try ContactSheet(tiles: Self.tiles(5), scale: 3, columnCount: 2).image()

    // A cell is 96 columns, and 96 rows with a gap of two and a line of ten rows below.
    #expect(image.width == 8 + 2 * 104)
    #expect(image.height == 8 + 3 * (108 + 8))
    for number in 0..<5 {
      let (column, row) = (8 + number % 2 * 104, 8 + number / 2 * 116)
      let grey = UInt8(100 + number)
      for (x, y) in [(0, 0), (95, 0), (0, 95), (95, 95), (50, 40)] {
        #expect(image.colour(column: column + x, row: row + y) == RGBColour(grey, grey, grey))
      }
      for (x, y) in [(-1, 0), (96, 0), (0, -1), (0, 96)] {
        #expect(image.colour(column: column + x, row: row + y) == .white)
      }
    }
    #expect(image.colour(column: 8 + 104, row: 8 + 2 * 116) == .white)
  }

  @Test("the label is dark, below its tile, in the middle")
  func label() throws {
    let image = try ContactSheet(tiles: Self.tiles(1), scale: 3, columnCount: 1).image()

    var ink: [(column: Int, row: Int)] = []
    for row in 0..<image.height {
      for column in 0..<image.width where image.colour(column: column, row: row) == .ink {
        ink.append((column, row))
      }
    }
    let columns = ink.map(\.column)
    #expect(ink.map(\.row).min() == 8 + 96 + 2)
    #expect(ink.map(\.row).max() ?? 0 < 8 + 96 + 2 + 10)
    let (left, right) = (try #require(columns.min()), try #require(columns.max()))
    #expect(abs((left - 8) - (103 - right)) <= 2)
  }

  @Test("small tiles stand in the middle of cells that are wide enough for a word")
  func smallTiles() throws {
    let image = try ContactSheet(tiles: Self.tiles(1, width: 4, height: 2), scale: 2, columnCount: 1).image()

    #expect(image.width == 8 + 72 + 8)
    #expect(image.colour(column: 8 + 32, row: 8) == RGBColour(100, 100, 100))
    #expect(image.colour(column: 8 + 31, row: 8) == .white)
    #expect(image.colour(column: 8 + 40, row: 8) == .white)
  }

  @Test("a title moves the tiles down")
  func title() throws {
    let plain = try ContactSheet(tiles: Self.tiles(2)).image()
    let titled = try ContactSheet(title: ["two tiles"], tiles: Self.tiles(2)).image()

    #expect(titled.width == plain.width)
    #expect(titled.height == plain.height + 20 + 8)
    #expect(titled.bytes.suffix(plain.width * 100 * 3) == plain.bytes.suffix(plain.width * 100 * 3))
  }

  /// A title that is longer than the narrowest sheet is wide.
  private static let longTitle = [
    "CIFAR-10 train, cifar-10-batches-bin", "seed 1",
    "distort: random-crop:24,flip,brightness:63,contrast:0.2:1.8,standardize",
  ]

  @Test("all of a long title stands above a single tile, at any scale", arguments: [1, 3, 6, 16])
  func longTitle(scale: Int) throws {
    let sheet = ContactSheet(title: Self.longTitle, tiles: Self.tiles(1, width: 24, height: 24), scale: scale)
    let letter = max(1, scale / 3) + 1

    let lines = try SheetReader(sheet.image(), margin: 8 * max(1, scale / 3)).lines(scale: letter)

    #expect(lines.joined().filter { $0 != " " } == Self.longTitle.joined().filter { $0 != " " })
    #expect(lines.first == Self.longTitle[0])
    #expect(lines.allSatisfy { $0.count >= 6 })
  }

  @Test("sections stand one below the other, each under its heading")
  func sections() throws {
    let tiles = Self.tiles(5)
    let sheet = ContactSheet(
      title: ["title"],
      sections: [
        .init(heading: "first", tiles: Array(tiles[..<3])),
        .init(heading: "second", tiles: Array(tiles[3...])),
      ], columnCount: 2)
    let image = try sheet.image()

    // The title and each heading are 28 rows with their margins, a row of tiles is 116.
    #expect(image.height == 8 + 28 + (28 + 2 * 116) + (28 + 116))
    for (number, column, row) in [(0, 8, 64), (1, 112, 64), (2, 8, 180), (3, 8, 324), (4, 112, 324)] {
      let grey = UInt8(100 + number)
      #expect(image.colour(column: column, row: row) == RGBColour(grey, grey, grey), "tile \(number)")
      #expect(image.colour(column: column, row: row - 1) == .white, "tile \(number)")
    }
  }

  @Test("every label has lines of its own, as many as it needs, and the letters grow with the scale")
  func labels() throws {
    for scale in [3, 9] {
      let tile = ContactSheet.Tile(
        width: 24, pixels: [UInt8](repeating: 9, count: 24 * 24 * 3),
        labels: ["large_man-made_outdoor_things", "bridge", "#49999"])
      let image = try ContactSheet(tiles: [tile], scale: scale).image()
      let letter = scale / 3

      let lines = SheetReader(image, margin: 0).centredLines(
        from: 8 * letter + 24 * scale + 2 * letter, scale: letter)

      #expect(lines == ["large_man-", "made_", "outdoor_", "things", "bridge", "#49999"])
    }
  }

  @Test(
    "without a number of columns a sheet is about as wide as a screen", arguments: [1, 2, 7, 64, 128, 500])
  func columns(count: Int) throws {
    let image = try ContactSheet(tiles: Self.tiles(count).map { $0 }, scale: 2).image()

    #expect(image.width < 3 * image.height)
    #expect(count < 7 || image.height < 2 * image.width)
  }

  @Test(
    "long texts are broken behind blanks, underscores, hyphens, commas and slashes",
    arguments: [
      ("", 5, []), ("short", 5, ["short"]), ("apple tree", 8, ["apple ", "tree"]),
      ("large_man-made_outdoor_things", 16, ["large_man-made_", "outdoor_things"]),
      ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]), ("abcdefghij", 5, ["abcde", "fghij"]),
      ("flip,crop:24,standardize", 10, ["flip,", "crop:24,", "standardiz", "e"]),
      ("/data/cifar", 8, ["/data/", "cifar"]),
    ] as [(String, Int, [String])])
  func wrap(text: String, width: Int, lines: [String]) {
    #expect(ContactSheet.wrap(text, width: width) == lines)
  }

  @Test("an empty sheet and one that is too large are refused")
  func sizes() {
    #expect(throws: PictureError.size(width: 0, height: 0)) { try ContactSheet(sections: []).png() }
    #expect(throws: PictureError.size(width: 592, height: 61_240)) {
      try ContactSheet(tiles: Self.tiles(100), scale: 16, columnCount: 1).png()
    }
  }

  @Test("the file has the picture")
  func file() throws {
    let sheet = ContactSheet(title: ["sheet"], tiles: Self.tiles(12), scale: 2)

    let decoded = try PNGDecoder(sheet.png())

    #expect(decoded.bytes == (try sheet.image().bytes))
    #expect(try sheet.png() == sheet.png())
  }
}

extension ContactSheet {
  /// A sheet of one section without a heading.
  init(title: [String] = [], tiles: [Tile], scale: Int = 3, columnCount: Int? = nil) {
    self.init(title: title, sections: [Section(tiles: tiles)], scale: scale, columnCount: columnCount)
  }
}

/// Reads what is written on a sheet, letter by letter.
private struct SheetReader {
  private let image: RGBImage
  private let margin: Int
  private static let letters: [[Bool]: Character] = Dictionary(
    uniqueKeysWithValues: (32...126).map { Character(Unicode.Scalar(UInt8($0))) }
      .map { (BitmapFontTests.drawing($0), $0) })

  init(_ image: RGBImage, margin: Int) {
    self.image = image
    self.margin = margin
  }

  /// The lines that begin at the upper left corner of the margin, up to the first empty one.
  func lines(scale: Int) -> [String] {
    lines(from: margin, scale: scale) { _ in [margin] }
  }

  /// The lines from a row on, each in the middle of the picture.
  func centredLines(from row: Int, scale: Int) -> [String] {
    lines(from: row, scale: scale) { row in
      let rows = row..<min(image.height, row + BitmapFont.height * scale)
      let ink = (0..<image.width).first { column in
        rows.contains { image.colour(column: column, row: $0) == .ink }
      }
      // A letter may begin with an empty column.
      return (0...1).map { (ink ?? 0) - $0 * scale }
    }
  }

  /// - Parameter columns: Where a line may begin.
  private func lines(from first: Int, scale: Int, columns: (Int) -> [Int]) -> [String] {
    var lines: [String] = []
    var row = first
    while row + BitmapFont.height * scale <= image.height {
      let candidates = columns(row).map { line(column: $0, row: row, scale: scale) }
      guard let line = candidates.max(by: { $0.count < $1.count }), !line.isEmpty else { break }
      lines.append(line)
      row += (BitmapFont.height + 2) * scale
    }
    return lines
  }

  /// The letters from a place on; unknown ones end the line.
  private func line(column: Int, row: Int, scale: Int) -> String {
    var text = ""
    var left = column
    while left >= 0, left + BitmapFont.width * scale <= image.width, let letter = letter(left, row, scale) {
      text.append(letter)
      left += BitmapFont.advance * scale
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private func letter(_ column: Int, _ row: Int, _ scale: Int) -> Character? {
    let drawing = (0..<BitmapFont.height).flatMap { y in
      (0..<BitmapFont.width).map { x in
        image.colour(column: column + x * scale, row: row + y * scale) == .ink
      }
    }
    return Self.letters[drawing]
  }
}
