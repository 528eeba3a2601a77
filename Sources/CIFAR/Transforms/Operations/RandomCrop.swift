extension ImageOperation {
  /// Keeps a square of `size` pixels at an offset drawn uniformly from all that fit.
  ///
  /// Source: TensorFlow 1.x `random_crop`.
  public static func randomCrop(size: Int) -> ImageOperation { ImageOperation(RandomCrop(size: size)) }
}

struct RandomCrop: ImageOperationKind {
  static let name = "random-crop"
  static let form = "random-crop:S"
  static let meaning = Crop.meaning

  let size: Int
  var arguments: [String] { ["\(size)"] }

  static func parse(_ arguments: OperationArguments) -> RandomCrop? {
    arguments.wholeNumber.map { RandomCrop(size: $0) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.checkCrop(size)
    compiler.addRandomCrop(size: size)
  }
}
