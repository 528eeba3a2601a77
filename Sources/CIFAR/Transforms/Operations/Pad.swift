extension ImageOperation {
  /// Adds `margin` rows or columns of zeros on each of the four sides.
  public static func pad(margin: Int) -> ImageOperation {
    ImageOperation(Pad(margin: margin, reflects: false))
  }

  /// Adds `margin` rows or columns on each of the four sides, in which the image is mirrored at its outermost pixels
  /// without repeating them.
  ///
  /// Source: NumPy `pad` with `mode="reflect"`.
  public static func reflectingPad(margin: Int) -> ImageOperation {
    ImageOperation(Pad(margin: margin, reflects: true))
  }
}

struct Pad: ImageOperationKind {
  static let name = "pad"
  static let form = "pad:P or pad:P:\(reflection)"
  static let meaning = "P a whole number of 0...\(ImageOperation.marginLimit)"
  private static let reflection = "reflect"

  let margin: Int
  /// Whether the margin mirrors the image; it is of zeros otherwise.
  let reflects: Bool
  var arguments: [String] { ["\(margin)"] + (reflects ? [Self.reflection] : []) }

  static func parse(_ arguments: OperationArguments) -> Pad? {
    if let margin = arguments.wholeNumber { return Pad(margin: margin, reflects: false) }
    return arguments.wholeNumber(before: reflection).map { Pad(margin: $0, reflects: true) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    if reflects { return try compiler.addReflection(margin: margin) }
    try compiler.check(margin, "margin", 0...ImageOperation.marginLimit)
    try compiler.checkSide(max(compiler.height, compiler.width) + 2 * margin)
    compiler.addRegion(.pad(margin: margin))
    compiler.resize(height: compiler.height + 2 * margin, width: compiler.width + 2 * margin, top: nil)
  }
}
