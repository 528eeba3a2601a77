import Testing

@testable import CIFAR

@Suite("Generated shapes")
struct SyntheticShapeTests {
  @Test("a shape covers part of its square and nothing outside of it", arguments: SyntheticShape.allCases)
  func extent(shape: SyntheticShape) {
    var covered = 0
    for y in stride(from: -160, through: 160, by: 4) {
      for x in stride(from: -160, through: 160, by: 4) where shape.covers(x, y) {
        covered += 1
        #expect(max(abs(x), abs(y)) <= 128)
      }
    }
    // The square has 64 * 64 points at this distance.
    #expect((700...3_300).contains(covered))
  }

  /// A shape, with points in it and points outside of it.
  struct Row: Sendable {
    let shape: SyntheticShape
    let inside: [(Int, Int)]
    let outside: [(Int, Int)]
  }

  static let rows: [Row] = [
    Row(shape: .disc, inside: [(0, 0), (117, 0)], outside: [(119, 0), (90, 90)]),
    Row(shape: .square, inside: [(99, 99)], outside: [(101, 0)]),
    Row(shape: .triangle, inside: [(0, -110), (110, 90)], outside: [(40, -110), (0, 95)]),
    Row(shape: .ring, inside: [(100, 0), (0, -100)], outside: [(0, 0)]),
    Row(shape: .cross, inside: [(0, 110), (110, 0)], outside: [(60, 60)]),
    Row(
      shape: .star, inside: [(0, 0), (0, -120), (110, -34), (70, 98)],
      outside: [(0, 70), (60, -80), (-60, -80), (110, 60)]),
    Row(shape: .heart, inside: [(56, -40), (0, 90)], outside: [(0, -90), (100, 80)]),
    Row(shape: .crescent, inside: [(-80, 0)], outside: [(40, 0)]),
    Row(shape: .arrow, inside: [(-100, 0), (110, 0), (12, 90)], outside: [(-50, 60), (110, 60)]),
    Row(shape: .hourglass, inside: [(0, 0), (90, 110), (90, -110)], outside: [(60, 0)]),
    Row(shape: .corner, inside: [(-80, -80), (80, 80)], outside: [(80, -80)]),
  ]

  @Test("points inside and outside are told apart", arguments: rows)
  func points(row: Row) {
    #expect(row.inside.allSatisfy { row.shape.covers($0.0, $0.1) })
    #expect(!row.outside.contains { row.shape.covers($0.0, $0.1) })
  }

  @Test("the star is the same on both sides")
  func starSymmetry() {
    for y in -128...128 {
      for x in 1...128 where SyntheticShape.star.covers(x, y) {
        // A point on an edge may belong to one side only.
        #expect(SyntheticShape.star.covers(-x, y) || SyntheticShape.star.covers(1 - x, y))
      }
    }
  }

  @Test("any two textures differ")
  func textures() {
    let drawings = SyntheticTexture.allCases.map { texture in
      (0..<144).map { texture.isSecondColour(column: $0 % 12, row: $0 / 12) }
    }
    #expect(Set(drawings).count == 5)
  }
}
