extension ImageOperation {
  /// Moves the image by up to `margin` rows and columns in any direction, and mirrors it into what becomes free.
  ///
  /// It is a ``reflectingPad(margin:)`` and then a ``randomCrop(size:)`` back to the former size, and draws as these.
  public static func translate(margin: Int) -> ImageOperation { ImageOperation(Translate(margin: margin)) }
}

struct Translate: ImageOperationKind {
  static let name = "translate"
  static let form = "translate:P"
  static let meaning = "P a whole number of 0...\(ImageOperation.marginLimit)"

  let margin: Int
  var arguments: [String] { ["\(margin)"] }

  static func parse(_ arguments: OperationArguments) -> Translate? {
    arguments.wholeNumber.map { Translate(margin: $0) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    // Images are squares.
    let size = compiler.height
    try compiler.addReflection(margin: margin)
    compiler.addRandomCrop(size: size)
  }
}
