extension ImageOperation {
  /// Sets a square of `size` pixels to zero, where it lies inside of the image.
  ///
  /// The square is centred on a pixel drawn uniformly from the whole image: `size / 2` rows and columns before it
  /// (rounded down), the rest from it on. So squares near the border are cut off.
  /// Source: T. DeVries, G. Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout"
  /// (2017), section 3.2.
  public static func cutout(size: Int) -> ImageOperation { ImageOperation(Cutout(size: size)) }
}

struct Cutout: ImageOperationKind {
  static let name = "cutout"
  static let form = "cutout:S"
  static let meaning = Crop.meaning

  let size: Int
  var arguments: [String] { ["\(size)"] }

  static func parse(_ arguments: OperationArguments) -> Cutout? {
    arguments.wholeNumber.map { Cutout(size: $0) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.check(size, "size", 1...ImageOperation.sizeLimit)
    compiler.addRegion(
      .cutout(
        size: size, height: compiler.height, width: compiler.width,
        randomness: compiler.randomness(.centre)))
  }
}
