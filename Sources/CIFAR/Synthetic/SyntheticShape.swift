/// The outlines that the classes of the generated records have.
///
/// The first ten are the classes of the generated CIFAR-10, all twenty the groups of the generated CIFAR-100.
/// Cases are in the order of their labels; a new one may only be added if no label changes.
enum SyntheticShape: Int, CaseIterable, Sendable {
  case disc, square, triangle, ring, cross, star, heart, crescent, arrow, hourglass
  case diamond, frame, saltire, dome, chevron, bar, pillar, hexagon, tee, corner

  /// The name of the class, or of the group of classes.
  var name: String { "\(self)" }

  /// Whether the shape covers a point; `(0, 0)` is its centre, `x` grows to the right, `y` downwards.
  ///
  /// No shape goes beyond -128 ... 128 in either direction.
  func covers(_ x: Int, _ y: Int) -> Bool {
    let (width, height) = (abs(x), abs(y))
    let reach = max(width, height)
    return switch self {
    case .disc: x * x + y * y <= 118 * 118
    case .square: reach <= 100
    case .triangle: y <= 92 && 200 * width <= 116 * (y + 116)
    case .ring: (64 * 64...120 * 120).contains(x * x + y * y)
    case .cross: reach <= 118 && min(width, height) <= 36
    case .star: Self.isInside(Self.starCorners, x, y)
    case .heart:
      (width - 56) * (width - 56) + (y + 40) * (y + 40) <= 60 * 60
        || (y >= -20 && 135 * width <= 112 * (115 - y))
    case .crescent: x * x + y * y <= 120 * 120 && (x - 56) * (x - 56) + y * y > 96 * 96
    case .arrow:
      (-118...10).contains(x) && height <= 30 || (10...118).contains(x) && 108 * height <= 100 * (118 - x)
    case .hourglass: height <= 114 && 114 * width <= 1_400 + 86 * height
    case .diamond: width + height <= 122
    case .frame: (62...108).contains(reach)
    case .saltire: reach <= 106 && abs(width - height) <= 44
    case .dome: y <= 60 && x * x + (y - 60) * (y - 60) <= 122 * 122
    case .chevron: width <= 112 && (-92 ... -8).contains(y - width * 3 / 4)
    case .bar: width <= 122 && height <= 40
    case .pillar: width <= 40 && height <= 122
    case .hexagon: height <= 102 && 102 * width <= 102 * 118 - 59 * height
    case .tee: (-112 ... -50).contains(y) && width <= 112 || width <= 32 && height <= 112
    case .corner: (-108 ... -46).contains(x) && height <= 108 || (46...108).contains(y) && width <= 108
    }
  }

  /// The ten corners of a five-pointed star, outer and inner in turn, from the top in the clock's direction.
  private static let starCorners: [(x: Int, y: Int)] = [
    (0, -122), (30, -38), (118, -35), (47, 19), (73, 104), (0, 54), (-73, 104), (-47, 19), (-118, -35),
    (-30, -38),
  ]

  /// Whether a point lies inside a polygon, by counting the edges to the right of it.
  private static func isInside(_ corners: [(x: Int, y: Int)], _ x: Int, _ y: Int) -> Bool {
    var isInside = false
    var from = corners[corners.count - 1]
    for to in corners {
      if (from.y > y) != (to.y > y) {
        // The edge meets the height of the point at a fraction; both sides are multiplied by its divisor.
        let rise = to.y - from.y
        let crossing = (to.x - from.x) * (y - from.y) + from.x * rise
        if rise > 0 ? x * rise < crossing : x * rise > crossing { isInside.toggle() }
      }
      from = to
    }
    return isInside
  }
}

/// The patterns in which the two colours of a shape alternate.
enum SyntheticTexture: Int, CaseIterable, Sendable {
  case plain, striped, barred, checked, dotted

  /// The word in the name of a class.
  var name: String { "\(self)" }

  func isSecondColour(column: Int, row: Int) -> Bool {
    switch self {
    case .plain: false
    case .striped: row % 4 < 2
    case .barred: column % 4 < 2
    case .checked: (column / 3 + row / 3).isMultiple(of: 2)
    case .dotted: (column + row / 4 % 2 * 2) % 4 < 2 && row % 4 < 2
    }
  }
}
