extension ImageOperation {
  /// Maps each value x of a channel to `(x / 255 - mean) / deviation`.
  public static func normalize(mean: ChannelValues, deviation: ChannelValues) -> ImageOperation {
    ImageOperation(Normalize(mean: mean, deviation: deviation))
  }
}

struct Normalize: ImageOperationKind {
  static let name = "normalize"
  static let form = "normalize or normalize:R/G/B:R/G/B"
  static let meaning = "the mean and the deviation of each channel"
  static let computes = true
  static let suitsBytes = false

  let mean: ChannelValues
  let deviation: ChannelValues
  var arguments: [String] { [mean, deviation].map(OperationArguments.text) }

  static func parse(_ arguments: OperationArguments) -> Normalize? {
    let (mean, deviation) = (arguments.statistics.mean, arguments.statistics.deviation)
    if arguments.isEmpty { return Normalize(mean: mean, deviation: deviation) }
    return arguments.channelValues(2).map { Normalize(mean: $0[0], deviation: $0[1]) }
  }

  func compile(into compiler: inout TransformCompiler) throws(TransformError) {
    var largest = 0.0
    for channel in 0..<CIFARImage.channelCount {
      try compiler.checkFinite(mean[channel], "mean")
      try compiler.check(
        deviation[channel], "deviation", Double.leastNormalMagnitude..., "a number above 0")
      largest = max(largest, (compiler.magnitude / 255 + abs(mean[channel])) / deviation[channel])
    }
    compiler.magnitude = largest
    compiler.add(.affine(centre: 255 * mean, factor: 1 / (255 * deviation)))
  }
}
