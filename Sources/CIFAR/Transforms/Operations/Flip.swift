extension ImageOperation {
  /// Mirrors the image left to right, in one of two cases.
  ///
  /// Source: TensorFlow 1.x `random_flip_left_right`.
  public static let flip = ImageOperation(Flip())
}

struct Flip: ImageOperationKind {
  static let name = "flip"

  static func parse(_ arguments: OperationArguments) -> Flip? {
    arguments.isEmpty ? Flip() : nil
  }

  func compile(into compiler: inout TransformCompiler) {
    compiler.add(.flip(randomness: compiler.randomness(.mirroring)))
  }
}
