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
  /// Frames and cutouts of one image.
  var regionCount = 0
  /// The largest magnitude that a value can have so far.
  var magnitude = 255.0

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
