extension ImageOperation {
  /// Scales the image to zero mean and unit deviation over all its values.
  ///
  /// The divisor is never below `1 / sqrt(n)` for `n` values; an image of one value becomes zeros.
  /// Source: TensorFlow 1.x `per_image_standardization`.
  public static let standardize = ImageOperation(Standardize())
}

struct Standardize: ImageOperationKind {
  static let name = "standardize"
  static let computes = true
  static let suitsBytes = false

  static func parse(_ arguments: OperationArguments) -> Standardize? {
    arguments.isEmpty ? Standardize() : nil
  }

  func compile(into compiler: inout TransformCompiler) {
    // One value far from all others, which are equal, is the extreme.
    compiler.magnitude = Double(CIFARImage.channelCount * compiler.height * compiler.width).squareRoot()
    compiler.add(.standardize)
  }
}
