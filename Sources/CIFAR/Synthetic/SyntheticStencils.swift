/// Shapes in all their sizes and textures, drawn once.
///
/// Each drawing is a square larger than an image. A window of the size of an image, moved about in it, gives the
/// shape at another place. The drawings are in one block of memory, row by row.
final class SyntheticStencils: Sendable {
  /// Rows and columns of a drawing; the shape is in its middle.
  static let edge = 48
  /// The sizes of the shapes: half their width, in pixels.
  static let radii = 8...13
  /// How much of a pixel a shape can cover: this much is all of it.
  static let fullCoverage = 128
  /// How far a shape may be moved from the middle of the image, in either direction, in pixels.
  static func greatestShift(radius: Int) -> Int { 15 - radius }

  /// The coverage of each pixel, 0 to ``fullCoverage``, by shape, radius, row and column.
  let coverage: [Int16]
  /// All bits set where the second colour is, by texture, row and column.
  let texture: [Int16]

  /// The drawings of the ten shapes of CIFAR-10.
  static let cifar10 = SyntheticStencils(shapes: SyntheticShape.allCases.prefix(10))
  static let cifar100 = SyntheticStencils(shapes: SyntheticShape.allCases[...])

  /// The drawings that the records of a data set need.
  static func of(_ kind: DatasetKind) -> SyntheticStencils {
    switch kind {
    case .cifar10: .cifar10
    case .cifar100: .cifar100
    }
  }

  private init(shapes: ArraySlice<SyntheticShape>) {
    let area = Self.edge * Self.edge
    var coverage = [Int16](repeating: 0, count: shapes.count * Self.radii.count * area)
    for shape in shapes {
      for radius in Self.radii {
        Self.draw(shape, radius: radius, into: &coverage)
      }
    }
    self.coverage = coverage
    texture = SyntheticTexture.allCases.flatMap { texture in
      (0..<area).map { pixel -> Int16 in
        texture.isSecondColour(column: pixel % Self.edge, row: pixel / Self.edge) ? -1 : 0
      }
    }
  }

  /// The place in ``coverage`` where the drawing of a shape begins.
  static func start(of shape: SyntheticShape, radius: Int) -> Int {
    (shape.rawValue * radii.count + radius - radii.lowerBound) * edge * edge
  }

  /// The place in ``texture`` where the drawing of a texture begins.
  static func start(of texture: SyntheticTexture) -> Int {
    texture.rawValue * edge * edge
  }

  /// Draws a shape, where there are zeros so far: 16 points of each pixel are looked at.
  private static func draw(_ shape: SyntheticShape, radius: Int, into coverage: inout [Int16]) {
    // Points lie at odd eighths of a pixel; the shape's own unit is 1/128 of its radius.
    let points = (-4 * radius..<4 * radius).map { (2 * $0 + 1) * 16 / radius }
    let corner = start(of: shape, radius: radius) + (edge / 2 - radius) * (edge + 1)
    for (row, y) in points.enumerated() {
      for (column, x) in points.enumerated() where shape.covers(x, y) {
        coverage[corner + row / 4 * edge + column / 4] += Int16(fullCoverage / 16)
      }
    }
  }
}
