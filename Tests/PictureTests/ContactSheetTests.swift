import Testing

@testable import Picture

@Suite("Contact sheets")
struct ContactSheetTests {
  /// Tiles of one grey each, 32 by 32 pixels.
  static func tiles(_ count: Int, width: Int = 32, height: Int = 32) -> [ContactSheet.Tile] {
    (0..<count).map { number in
      ContactSheet.Tile(
        width: width, pixels: [UInt8](repeating: UInt8(100 + number % 100), count: width * height * 3),
        label: "tile \(number)")
    }
  }

  @Test("tiles stand in reading order, scaled, with white between them")
  func order() throws {
    let image = try ContactSheet(tiles: Self.tiles(5), scale: 3, columnCount: 2).image()

    // A cell is 96 columns, and 96 rows with two lines of ten rows and a gap of two below.
    #expect(image.width == 8 + 2 * 104)
    #expect(image.height == 8 + 3 * (118 + 8))
    for number in 0..<5 {
      let (column, row) = (8 + number % 2 * 104, 8 + number / 2 * 126)
      let grey = UInt8(100 + number)
      for (x, y) in [(0, 0), (95, 0), (0, 95), (95, 95), (50, 40)] {
        #expect(image.colour(column: column + x, row: row + y) == RGBColour(grey, grey, grey))
      }
      for (x, y) in [(-1, 0), (96, 0), (0, -1), (0, 96)] {
        #expect(image.colour(column: column + x, row: row + y) == .white)
      }
    }
    #expect(image.colour(column: 8 + 104, row: 8 + 2 * 126) == .white)
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
    let titled = try ContactSheet(title: "two tiles", tiles: Self.tiles(2)).image()

    #expect(titled.width == plain.width)
    #expect(titled.height == plain.height + 20 + 8)
    #expect(titled.bytes.suffix(plain.width * 100 * 3) == plain.bytes.suffix(plain.width * 100 * 3))
  }

  @Test(
    "without a number of columns a sheet is about as wide as a screen", arguments: [1, 2, 7, 64, 128, 500])
  func columns(count: Int) throws {
    let image = try ContactSheet(tiles: Self.tiles(count).map { $0 }, scale: 2).image()

    #expect(image.width < 3 * image.height)
    #expect(count < 7 || image.height < 2 * image.width)
  }

  @Test(
    "long texts are broken behind blanks, underscores, hyphens and commas",
    arguments: [
      ("", 5, 2, []), ("short", 5, 2, ["short"]), ("apple tree", 8, 2, ["apple ", "tree"]),
      ("large_man-made_outdoor_things", 16, 2, ["large_man-made_", "outdoor_things"]),
      ("large_man-made_outdoor_things", 12, 2, ["large_man-", "made_outdoo~"]),
      ("abcdefghijkl", 5, 2, ["abcde", "fghi~"]), ("abcdefghij", 5, 2, ["abcde", "fghij"]),
      ("abcdefghijkl", 5, 1, ["abcd~"]),
      ("flip,crop:24,standardize", 10, .max, ["flip,", "crop:24,", "standardiz", "e"]),
    ] as [(String, Int, Int, [String])])
  func wrap(text: String, width: Int, lineCount: Int, lines: [String]) {
    #expect(ContactSheet.wrap(text, width: width, lineCount: lineCount) == lines)
  }

  @Test("an empty sheet and one that is too large are refused")
  func sizes() {
    #expect(throws: PictureError.size(width: 0, height: 0)) { try ContactSheet(tiles: []).png() }
    #expect(throws: PictureError.size(width: 528, height: 54_208)) {
      try ContactSheet(tiles: Self.tiles(100), scale: 16, columnCount: 1).png()
    }
  }

  @Test("the file has the picture")
  func file() throws {
    let sheet = ContactSheet(title: "sheet", tiles: Self.tiles(12), scale: 2)

    let decoded = try PNGDecoder(sheet.png())

    #expect(decoded.bytes == (try sheet.image().bytes))
    #expect(try sheet.png() == sheet.png())
  }
}
