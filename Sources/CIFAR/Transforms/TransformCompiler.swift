/// Checks a list of operations against each other and against the image, and prepares them.
struct TransformCompiler {
  /// The prepared operations.
  private(set) var steps: [TransformStep] = []
  /// For each operation that draws, in order: what its generator depends on.
  private(set) var randomness: [TransformRandomness] = []
  /// Rows of the image after the operations so far.
  private(set) var height = CIFARImage.height
  /// Columns of the image after the operations so far.
  private(set) var width = CIFARImage.width
  /// Frames and cutouts of one image.
  private(set) var regionCount = 0
  /// The record's rows that an image can need.
  private(set) var sourceRows = 0..<CIFARImage.height

  /// Whether `sourceRows` can still be narrowed: so far nothing moved rows by chance or from outside.
  private var followsSourceRows = true
  /// The largest magnitude that a value can have so far.
  private var magnitude = 255.0

  /// Compiles a whole list.
  ///
  /// - Throws: The first thing that is wrong, in the order of the operations.
  init(_ operations: [ImageOperation], elementType: ElementType) throws(TransformError) {
    guard operations.count <= ImageOperation.countLimit else {
      throw .tooManyOperations(count: operations.count, limit: ImageOperation.countLimit)
    }
    for operation in operations {
      try add(operation)
      if elementType == .uint8 { try checkSuitsBytes(operation) }
      // The slope of a value is at most twice the magnitude; both have to stay finite as floats.
      guard 2 * magnitude < Double(Float.greatestFiniteMagnitude) else {
        throw .valuesTooLarge(operation: operation.description)
      }
    }
  }

  private mutating func add(_ operation: ImageOperation) throws(TransformError) {
    switch operation {
    case .crop(let size):
      try checkCrop(size, operation)
      let top = (height - size) / 2
      if followsSourceRows {
        sourceRows = (sourceRows.lowerBound + top)..<(sourceRows.lowerBound + top + size)
      }
      steps.append(.crop(top: top, left: (width - size) / 2, height: size, width: size))
      (height, width) = (size, size)
    case .randomCrop(let size):
      try checkCrop(size, operation)
      followsSourceRows = false
      steps.append(
        .randomCrop(
          size: size, rowChoices: height - size + 1, columnChoices: width - size + 1,
          randomness: nextRandomness(.offset)))
      (height, width) = (size, size)
    case .pad(let margin):
      try check(margin, "margin", 0...ImageOperation.marginLimit, operation)
      let side = max(height, width) + 2 * margin
      guard side <= ImageOperation.sizeLimit else {
        throw .imageTooLarge(operation: operation.description, side: side, limit: ImageOperation.sizeLimit)
      }
      followsSourceRows = false
      regionCount += 1
      steps.append(.pad(margin: margin))
      (height, width) = (height + 2 * margin, width + 2 * margin)
    case .flip:
      steps.append(.flip(randomness: nextRandomness(.mirroring)))
    case .brightness(let delta):
      try check(delta, "largest shift", 0..., "a number from 0", operation)
      magnitude += delta
      steps.append(.brightness(delta: delta, randomness: nextRandomness(.shift)))
    case .contrast(let lower, let upper):
      try check(lower, "lower factor", 0..., "a number from 0", operation)
      try check(upper, "upper factor", lower.nextUp..., "a number above \(lower)", operation)
      magnitude *= 1 + 2 * upper
      steps.append(.contrast(lower: lower, upper: upper, randomness: nextRandomness(.factor)))
    case .standardize:
      magnitude = Double(CIFARImage.channelCount * height * width).squareRoot()
      steps.append(.standardize)
    case .normalize(let mean, let deviation):
      try addNormalize(mean: mean, deviation: deviation, operation)
    case .scale(let factor):
      guard factor.isFinite else { throw outOfRange(operation, "factor", "a finite number", factor) }
      magnitude *= abs(factor)
      steps.append(.affine(centre: .zero, factor: ChannelValues(repeating: factor)))
    case .cutout(let size):
      try check(size, "size", 1...ImageOperation.sizeLimit, operation)
      regionCount += 1
      steps.append(.cutout(size: size, height: height, width: width, randomness: nextRandomness(.centre)))
    }
  }

  private mutating func addNormalize(
    mean: ChannelValues, deviation: ChannelValues, _ operation: ImageOperation
  ) throws(TransformError) {
    var largest = 0.0
    for channel in 0..<CIFARImage.channelCount {
      guard mean[channel].isFinite else {
        throw outOfRange(operation, "mean", "a finite number", mean[channel])
      }
      let smallest = Double.leastNormalMagnitude
      try check(deviation[channel], "deviation", smallest..., "a number above 0", operation)
      largest = max(largest, (magnitude / 255 + abs(mean[channel])) / deviation[channel])
    }
    magnitude = largest
    steps.append(.affine(centre: 255 * mean, factor: 1 / (255 * deviation)))
  }

  /// The place of the generator of an operation that draws.
  private mutating func nextRandomness(_ kind: TransformRandomness.Kind) -> Int {
    let occurrence = randomness.count { $0.kind == kind }
    randomness.append(TransformRandomness(kind: kind, occurrence: occurrence))
    return randomness.count - 1
  }

  private func checkSuitsBytes(_ operation: ImageOperation) throws(TransformError) {
    switch operation {
    case .standardize, .normalize: throw .needsFloat32(operation: operation.description)
    case .crop, .randomCrop, .pad, .flip, .brightness, .contrast, .scale, .cutout: return
    }
  }

  private func checkCrop(_ size: Int, _ operation: ImageOperation) throws(TransformError) {
    try check(size, "size", 1...ImageOperation.sizeLimit, operation)
    guard size <= min(height, width) else {
      throw .cropLargerThanImage(operation: operation.description, height: height, width: width)
    }
  }

  private func check(
    _ number: Int, _ quantity: String, _ bounds: ClosedRange<Int>, _ operation: ImageOperation
  ) throws(TransformError) {
    guard bounds.contains(number) else {
      throw .outOfRange(
        operation: operation.description, quantity: quantity,
        expected: "\(bounds.lowerBound)...\(bounds.upperBound)", found: number.description)
    }
  }

  private func check(
    _ number: Double, _ quantity: String, _ bounds: PartialRangeFrom<Double>, _ expected: String,
    _ operation: ImageOperation
  ) throws(TransformError) {
    guard number.isFinite, bounds.contains(number) else {
      throw outOfRange(operation, quantity, expected, number)
    }
  }

  private func outOfRange(
    _ operation: ImageOperation, _ quantity: String, _ expected: String, _ found: Double
  ) -> TransformError {
    .outOfRange(
      operation: operation.description, quantity: quantity, expected: expected, found: found.description)
  }
}
