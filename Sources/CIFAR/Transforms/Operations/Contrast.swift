extension ImageOperation {
  /// Moves every value away from or towards its channel's mean in this image.
  ///
  /// The distance is multiplied by one number, drawn uniformly from `lower` up to but not including `upper`.
  /// Source: TensorFlow 1.x `random_contrast` on floats.
  public static func contrast(lower: Double, upper: Double) -> ImageOperation {
    ImageOperation(Contrast(lower: lower, upper: upper))
  }
}

struct Contrast: ImageOperationKind {
  static let name = "contrast"
  static let form = "contrast:L:U"
  static let meaning = "L and U numbers, 0 <= L < U"
  static let computes = true

  let lower: Double
  let upper: Double
  var arguments: [String] { [lower, upper].map(OperationArguments.text) }

  static func parse(_ arguments: OperationArguments) -> Contrast? {
    arguments.numbers(2).map { Contrast(lower: $0[0], upper: $0[1]) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.check(lower, "lower factor", 0..., "a number from 0")
    try compiler.check(upper, "upper factor", lower.nextUp..., "a number above \(lower)")
    // A value and its channel's mean may lie on either side of zero, twice the magnitude apart.
    compiler.magnitude *= 1 + 2 * upper
    compiler.add(.contrast(lower: lower, upper: upper, randomness: compiler.randomness(.factor)))
  }
}
