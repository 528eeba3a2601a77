extension ImageOperation {
  /// Multiplies all values by `factor`.
  public static func scale(factor: Double) -> ImageOperation { ImageOperation(Scale(factor: factor)) }
}

struct Scale: ImageOperationKind {
  static let name = "scale"
  static let form = "scale:F"
  static let meaning = "F a number"
  static let computes = true

  let factor: Double
  var arguments: [String] { [OperationArguments.text(factor)] }

  static func parse(_ arguments: OperationArguments) -> Scale? {
    arguments.numbers(1).map { Scale(factor: $0[0]) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    try compiler.checkFinite(factor, "factor")
    compiler.magnitude *= abs(factor)
    compiler.add(.affine(centre: .zero, factor: ChannelValues(repeating: factor)))
  }
}
