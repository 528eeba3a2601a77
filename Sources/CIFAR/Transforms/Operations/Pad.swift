extension ImageOperation {
  /// Adds `margin` rows or columns of zeros on each of the four sides.
  public static func pad(margin: Int) -> ImageOperation { ImageOperation(Pad(margin: margin)) }
}

struct Pad: ImageOperationKind {
  static let name = "pad"
  static let form = "pad:P"
  static let meaning = "P a whole number of 0...\(ImageOperation.marginLimit)"

  let margin: Int
  var arguments: [String] { ["\(margin)"] }

  static func parse(_ arguments: OperationArguments) -> Pad? {
    arguments.wholeNumber.map { Pad(margin: $0) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.check(margin, "margin", 0...ImageOperation.marginLimit)
    try compiler.checkSide(max(compiler.height, compiler.width) + 2 * margin)
    compiler.regionCount += 1
    compiler.add(.pad(margin: margin))
    compiler.resize(height: compiler.height + 2 * margin, width: compiler.width + 2 * margin, top: nil)
  }
}
