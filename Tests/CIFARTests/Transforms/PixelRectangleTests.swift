import Testing

@testable import CIFAR

@Suite("A rectangle of pixels")
struct PixelRectangleTests {
  private let rectangle = PixelRectangle(top: 2, left: 3, bottom: 5, right: 9)

  @Test("knows its size")
  func size() {
    #expect(rectangle.height == 3 && rectangle.width == 6 && rectangle.area == 18)
    #expect(!rectangle.isEmpty)
    #expect(PixelRectangle(top: 2, left: 3, bottom: 2, right: 9).isEmpty)
    #expect(PixelRectangle(top: 2, left: 9, bottom: 5, right: 3).isEmpty)
  }

  @Test("contains its first row and column, not those after it")
  func contains() {
    #expect(rectangle.contains(row: 2, column: 3) && rectangle.contains(row: 4, column: 8))
    #expect(!rectangle.contains(row: 5, column: 8) && !rectangle.contains(row: 4, column: 9))
    #expect(!rectangle.contains(row: 1, column: 3) && !rectangle.contains(row: 2, column: 2))
  }

  @Test("moves with the image and is cut off at its edges")
  func moves() {
    #expect(
      rectangle.moved(up: 3, left: 1, height: 10, width: 6)
        == PixelRectangle(top: 0, left: 2, bottom: 2, right: 6))
    #expect(
      rectangle.moved(up: -4, left: -4, height: 40, width: 40)
        == PixelRectangle(top: 6, left: 7, bottom: 9, right: 13))
  }

  @Test("becomes empty outside of the image", arguments: [(30, 0), (-30, 0), (0, 30), (0, -30)])
  func leaves(rows: Int, columns: Int) {
    let moved = rectangle.moved(up: rows, left: columns, height: 20, width: 20)

    #expect(moved.isEmpty && moved.height >= 0 && moved.width >= 0)
    #expect((0...20).contains(moved.top) && (0...20).contains(moved.left))
  }

  @Test("is at the other side after mirroring, and back after mirroring twice")
  func mirrors() {
    #expect(rectangle.mirrored(width: 12) == PixelRectangle(top: 2, left: 3, bottom: 5, right: 9))
    #expect(rectangle.mirrored(width: 10) == PixelRectangle(top: 2, left: 1, bottom: 5, right: 7))
    #expect(rectangle.mirrored(width: 10).mirrored(width: 10) == rectangle)
  }

  @Test("has nine images in a mirrored margin, each where its pixels are")
  func reflects() {
    let (height, width, margin) = (7, 11, 5)
    func source(_ place: Int, _ length: Int) -> Int {
      let distance = abs(place - margin)
      return distance < length ? distance : 2 * (length - 1) - distance
    }
    let images = MirrorImage.allCases.flatMap { vertical in
      MirrorImage.allCases.map {
        rectangle.reflected(vertical, $0, margin: margin, height: height, width: width)
      }
    }

    for row in 0..<height + 2 * margin {
      for column in 0..<width + 2 * margin {
        let isInside = rectangle.contains(row: source(row, height), column: source(column, width))
        #expect(images.count { $0.contains(row: row, column: column) } == (isInside ? 1 : 0))
      }
    }
    #expect(images.allSatisfy { $0.height >= 0 && $0.width >= 0 })
  }

  @Test("shares with another what lies in both")
  func intersection() {
    let other = PixelRectangle(top: 4, left: 0, bottom: 9, right: 4)

    #expect(rectangle.intersection(other) == PixelRectangle(top: 4, left: 3, bottom: 5, right: 4))
    #expect(rectangle.intersection(PixelRectangle(top: 7, left: 0, bottom: 9, right: 4)).isEmpty)
  }
}
