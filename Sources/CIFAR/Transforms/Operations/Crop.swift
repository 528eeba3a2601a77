extension ImageOperation {
  /// Keeps the central square of `size` pixels; with an odd rest the extra row and column go at the bottom right.
  ///
  /// Source: TensorFlow 1.x `resize_image_with_crop_or_pad`.
  public static func crop(size: Int) -> ImageOperation { ImageOperation(Crop(size: size)) }
}

struct Crop: ImageOperationKind {
  static let name = "crop"
  static let form = "crop:S"
  static let meaning = "S a whole number of 1...\(ImageOperation.sizeLimit)"

  let size: Int
  var arguments: [String] { ["\(size)"] }

  static func parse(_ arguments: OperationArguments) -> Crop? {
    arguments.wholeNumber.map { Crop(size: $0) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.checkCrop(size)
    let top = (compiler.height - size) / 2
    compiler.add(.crop(top: top, left: (compiler.width - size) / 2, height: size, width: size))
    compiler.resize(height: size, width: size, top: top)
  }
}
