/// What the classes of the generated records look like, and what they are called.
struct SyntheticClasses: Sendable {
  /// How a class is drawn.
  struct Appearance: Sendable, Equatable {
    let shape: SyntheticShape
    let texture: SyntheticTexture
    /// The middle of the class's hues, in ``SyntheticColour/hueSteps``.
    let hue: Int
  }

  /// The appearance by fine label.
  let appearances: [Appearance]
  /// The class names by fine label.
  let fineNames: [String]
  /// The names of the groups by coarse label; empty for CIFAR-10.
  let coarseNames: [String]
  /// The classes in each group; group and class are in the same order.
  static let classesPerGroup = SyntheticTexture.allCases.count

  /// Ten shapes, each with a hue and a texture of its own.
  static let cifar10 = SyntheticClasses(
    appearances: SyntheticShape.allCases.prefix(10).enumerated().map { label, shape in
      // Neighbours on the circle of hues are classes whose shapes and textures differ clearly.
      Appearance(
        shape: shape, texture: SyntheticTexture.allCases[label % classesPerGroup],
        hue: label * 7 % 10 * SyntheticColour.hueSteps / 10)
    },
    fineNames: SyntheticShape.allCases.prefix(10).map(\.name), coarseNames: [])

  /// Twenty shapes, each in five textures of different hues.
  static let cifar100 = SyntheticClasses(
    appearances: SyntheticShape.allCases.enumerated().flatMap { group, shape in
      SyntheticTexture.allCases.enumerated().map { number, texture in
        Appearance(
          shape: shape, texture: texture,
          hue: (group * 7 % 20 + number * 4) % 20 * SyntheticColour.hueSteps / 20)
      }
    },
    fineNames: SyntheticShape.allCases.flatMap { shape in
      SyntheticTexture.allCases.map { "\($0.name)_\(shape.name)" }
    },
    coarseNames: SyntheticShape.allCases.map(\.name))

  /// The classes of the generated records of a data set.
  static func of(_ kind: DatasetKind) -> SyntheticClasses {
    switch kind {
    case .cifar10: .cifar10
    case .cifar100: .cifar100
    }
  }
}
