import CIFAR
import Testing

@testable import Picture

@Suite("Bitmap font")
struct BitmapFontTests {
  /// The pixels of a letter that are ink, row by row.
  static func drawing(_ character: Character) -> [Bool] {
    (0..<BitmapFont.height).flatMap { row in
      (0..<BitmapFont.width).map { BitmapFont.isInk(character, column: $0, row: row) }
    }
  }

  @Test("every character of ASCII has a drawing of its own, the blank none")
  func drawings() {
    let drawings = (32...126).map { Self.drawing(Character(Unicode.Scalar(UInt8($0)))) }

    #expect(Set(drawings).count == 95)
    #expect(drawings[0].allSatisfy { !$0 })
    #expect(drawings.dropFirst().allSatisfy { $0.contains(true) })
  }

  @Test("other characters are a box", arguments: ["ü", "\n", "猫", "\u{7f}"] as [Character])
  func box(character: Character) {
    #expect(Self.drawing(character) == Self.drawing("é"))
    #expect(Self.drawing(character) != Self.drawing("0"))
    #expect(Self.drawing(character).contains(true))
  }

  @Test("letters look as they should")
  func letters() {
    func rows(_ character: Character) -> [String] {
      (0..<BitmapFont.height).map { row in
        String((0..<BitmapFont.width).map { BitmapFont.isInk(character, column: $0, row: row) ? "#" : "." })
      }
    }
    #expect(rows("R") == ["####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#", "....."])
    #expect(rows("g") == [".....", ".....", ".####", "#...#", "#...#", ".####", "....#", ".###."])
  }

  @Test("the font has all letters of all class names", arguments: DatasetKind.allCases)
  func classNames(kind: DatasetKind) {
    let names =
      kind.facts.fineNames + kind.facts.coarseNames + SyntheticDataset.fineNames(kind)
      + SyntheticDataset.coarseNames(kind)
    let box = Self.drawing("é")
    for name in names { #expect(!name.contains { Self.drawing($0) == box }) }
  }

  @Test("the width of a text has no gap at its end", arguments: [("", 0), ("a", 5), ("ab", 11)])
  func width(text: String, width: Int) {
    #expect(BitmapFont.width(of: text) == width)
  }
}
