import Testing

@testable import Picture

@Suite("Pictures to draw on")
struct RGBImageTests {
  static let red = RGBColour(255, 0, 0)

  @Test("a new picture has one colour")
  func ground() throws {
    let image = try RGBImage(width: 3, height: 2, colour: Self.red)

    #expect(image.bytes == [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0])
  }

  @Test("pixels become squares, and what lies outside is left out", arguments: [-3, -2, 0, 1, 4, 5, 9])
  func scaled(column: Int) throws {
    var image = try RGBImage(width: 5, height: 6)
    image.draw([1, 1, 1, 2, 2, 2], pixelWidth: 2, column: column, row: 1, scale: 2)

    for y in 0..<6 {
      for x in 0..<5 {
        let isInside = (1..<3).contains(y) && (column..<column + 4).contains(x)
        let value = UInt8(isInside ? (x - column) / 2 + 1 : 255)
        #expect(image.colour(column: x, row: y) == RGBColour(value, value, value))
      }
    }
  }

  @Test("text is written as the font has it, and what lies outside is left out")
  func text() throws {
    var image = try RGBImage(width: 14, height: 8)
    image.write("Ti~", column: 1, row: 0, scale: 1, colour: Self.red)

    let drawn = (0..<8).map { row in
      String((0..<14).map { image.colour(column: $0, row: row) == Self.red ? "#" : "." })
    }
    #expect(
      drawn == [
        ".#####...#....",
        "...#..........",
        "...#....##....",
        "...#.....#...#",
        "...#.....#...#",
        "...#.....#....",
        "...#....###...",
        "..............",
      ])
  }
}
