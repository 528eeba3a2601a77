/// Checks a list of operations against each other and against the image, and prepares them.
///
/// Each operation adds its steps itself: see ``ImageOperationKind/compile(into:)``.
struct TransformCompiler {
  private(set) var steps: [TransformStep] = []
  /// For each operation that draws, in order: what its generator depends on.
  private(set) var randomness: [TransformRandomness] = []
  /// Rows of the image after the operations so far.
  private(set) var height = CIFARImage.height
  /// Columns of the image after the operations so far.
  private(set) var width = CIFARImage.width
  /// The record's rows that an image can need.
  private(set) var sourceRows = 0..<CIFARImage.height
  /// The most frames and cutouts that one image needs room for on its way.
  private(set) var regionRoom = 0
  /// The longest side that a reflecting pad leaves; 0 without one.
  private(set) var foldedSide = 0
  /// The largest magnitude that a value can have so far.
  var magnitude = 255.0

  /// The most frames and cutouts, with their mirror images, that an image has after the operations so far.
  private var regionCount = 0
  /// Whether `sourceRows` can still be narrowed: so far nothing moved rows by chance or from outside.
  private var followsSourceRows = true
  /// The operation that is being compiled, as errors name it.
  private var operation = ""

  /// Compiles a whole list.
  ///
  /// - Throws: The first thing that is wrong, in the order of the operations.
  init(_ operations: [ImageOperation], elementType: ElementType) throws(TransformError) {
    guard operations.count <= ImageOperation.countLimit else {
      throw .tooManyOperations(count: operations.count, limit: ImageOperation.countLimit)
    }
    for operation in operations {
      self.operation = operation.description
      try operation.kind.compile(into: &self)
      guard elementType != .uint8 || type(of: operation.kind).suitsBytes else {
        throw .needsFloat32(operation: self.operation)
      }
      // The slope of a value is at most twice the magnitude; both have to stay finite as floats.
      guard 2 * magnitude < Double(Float.greatestFiniteMagnitude) else {
        throw .valuesTooLarge(operation: self.operation)
      }
    }
  }

  // MARK: What an operation tells

  mutating func add(_ step: TransformStep) {
    steps.append(step)
  }

  /// Adds a frame or a cutout.
  mutating func addRegion(_ step: TransformStep) {
    add(step)
    regionCount += 1
    regionRoom = max(regionRoom, regionCount)
  }

  /// Adds a margin in which the image is mirrored.
  mutating func addReflection(margin: Int) throws(TransformError) {
    try check(margin, "margin", 0...ImageOperation.marginLimit)
    guard margin < min(height, width) else {
      throw .marginWiderThanImage(operation: operation, height: height, width: width)
    }
    try checkSide(max(height, width) + 2 * margin)
    // The image itself and one beyond each side and corner; the copies are made beside the originals.
    let copies = MirrorImage.allCases.count * MirrorImage.allCases.count * regionCount
    guard copies <= ImageOperation.reflectedPartLimit else {
      throw .tooManyReflectedParts(operation: operation, limit: ImageOperation.reflectedPartLimit)
    }
    regionRoom = max(regionRoom, regionCount + copies)
    regionCount = copies
    add(.reflect(margin: margin))
    resize(height: height + 2 * margin, width: width + 2 * margin, top: nil)
    foldedSide = max(foldedSide, height, width)
  }

  /// Adds a crop at a place drawn from all that fit.
  mutating func addRandomCrop(size: Int) {
    add(
      .randomCrop(
        size: size, rowChoices: height - size + 1, columnChoices: width - size + 1,
        randomness: randomness(.offset)))
    resize(height: size, width: size, top: nil)
  }

  /// Notes the size after an operation.
  ///
  /// - Parameter top: The rows cut off at the top; `nil` where chance decides, or rows are added.
  mutating func resize(height: Int, width: Int, top: Int?) {
    (self.height, self.width) = (height, width)
    if let top, followsSourceRows {
      sourceRows = (sourceRows.lowerBound + top)..<(sourceRows.lowerBound + top + height)
    } else {
      followsSourceRows = false
    }
  }

  /// A generator for the operation, which a step finds by this number.
  mutating func randomness(_ kind: TransformRandomness.Kind) -> Int {
    let occurrence = randomness.count { $0.kind == kind }
    randomness.append(TransformRandomness(kind: kind, occurrence: occurrence))
    return randomness.count - 1
  }

  // MARK: What an operation asks

  func checkCrop(_ size: Int) throws(TransformError) {
    try check(size, "size", 1...ImageOperation.sizeLimit)
    guard size <= min(height, width) else {
      throw .cropLargerThanImage(operation: operation, height: height, width: width)
    }
  }

  /// Checks the longer side that an operation leaves.
  func checkSide(_ side: Int) throws(TransformError) {
    guard side <= ImageOperation.sizeLimit else {
      throw .imageTooLarge(operation: operation, side: side, limit: ImageOperation.sizeLimit)
    }
  }

  func check(_ number: Int, _ quantity: String, _ bounds: ClosedRange<Int>) throws(TransformError) {
    guard bounds.contains(number) else {
      throw outOfRange(quantity, "\(bounds.lowerBound)...\(bounds.upperBound)", number.description)
    }
  }

  func check(
    _ number: Double, _ quantity: String, _ bounds: PartialRangeFrom<Double>, _ expected: String
  ) throws(TransformError) {
    guard number.isFinite, bounds.contains(number) else {
      throw outOfRange(quantity, expected, number.description)
    }
  }

  func checkFinite(_ number: Double, _ quantity: String) throws(TransformError) {
    guard number.isFinite else { throw outOfRange(quantity, "a finite number", number.description) }
  }

  private func outOfRange(_ quantity: String, _ expected: String, _ found: String) -> TransformError {
    .outOfRange(operation: operation, quantity: quantity, expected: expected, found: found)
  }
}
