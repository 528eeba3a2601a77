extension ImageOperation {
  /// Adds one number, drawn uniformly from -`delta` up to but not including `delta`, to all values.
  ///
  /// Source: TensorFlow 1.x `random_brightness` on floats.
  public static func brightness(delta: Double) -> ImageOperation { ImageOperation(Brightness(delta: delta)) }
}

struct Brightness: ImageOperationKind {
  static let name = "brightness"
  static let form = "brightness:D"
  static let meaning = "D a number from 0"
  static let computes = true

  let delta: Double
  var arguments: [String] { [OperationArguments.text(delta)] }

  static func parse(_ arguments: OperationArguments) -> Brightness? {
    arguments.numbers(1).map { Brightness(delta: $0[0]) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.check(delta, "largest shift", 0..., "a number from 0")
    compiler.magnitude += delta
    compiler.add(.brightness(delta: delta, randomness: compiler.randomness(.shift)))
  }
}
