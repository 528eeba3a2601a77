extension ImageOperation {
  /// Mirrors the image left to right, in one of two cases.
  ///
  /// Source: TensorFlow 1.x `random_flip_left_right`.
  public static let flip = ImageOperation(Flip(alternates: false))

  /// Mirrors the image left to right in every other epoch; in one of two cases, which the record decides, also in the
  /// first.
  ///
  /// Two epochs that follow each other show each image once as it is and once mirrored.
  /// Source: K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (2024), section 3.6.
  public static let alternatingFlip = ImageOperation(Flip(alternates: true))
}

struct Flip: ImageOperationKind {
  static let name = "flip"
  static let form = "flip or flip:\(alternation)"
  private static let alternation = "alternate"

  /// Whether an image is mirrored in every other epoch; a coin decides in each one otherwise.
  let alternates: Bool
  var arguments: [String] { alternates ? [Self.alternation] : [] }

  static func parse(_ arguments: OperationArguments) -> Flip? {
    if arguments.isEmpty { return Flip(alternates: false) }
    return arguments.isOnly(alternation) ? Flip(alternates: true) : nil
  }

  func compile(into compiler: inout TransformCompiler) {
    if alternates {
      compiler.add(.alternatingFlip(randomness: compiler.randomness(.firstMirroring)))
    } else {
      compiler.add(.flip(randomness: compiler.randomness(.mirroring)))
    }
  }
}
