import CKernels
import InputPipeline

/// A list of image operations, checked and prepared for any number of threads.
///
/// The results are those of the operations done one after the other, each on all pixels, within 1e-4 (or that
/// part of the value, where it is above 1). The work is done differently: moves of pixels become one mapping,
/// calculations one multiplication and addition for each channel, so that each pixel is read once for
/// the statistics, if an operation needs any, and once for the result.
///
/// Each thread borrows a ``TransformWorker`` of its own with ``withWorker(_:)``.
public final class CompiledTransform: Sendable {
  /// The operations in their order.
  public let operations: [ImageOperation]
  /// The order of a result's axes.
  public let layout: ImageLayout
  /// The type of a result's values.
  public let elementType: ElementType
  /// Rows of a result.
  public let height: Int
  /// Columns of a result.
  public let width: Int
  /// What all random choices derive from.
  public let seed: UInt64

  /// Whether an operation draws, so that a result depends on ``seed``.
  public var isRandom: Bool { !randomness.isEmpty }

  let steps: [TransformStep]
  /// What the generators of the operations that draw depend on.
  let randomness: [TransformRandomness]
  /// Room for the frames and cutouts of one image, and their mirror images.
  let regionCount: Int
  /// The longest side that a reflecting pad leaves; 0 without one.
  let foldedSide: Int
  /// The record's rows that an image can need.
  let sourceRows: Range<Int>
  /// Whether a value can differ from the record's byte.
  let computes: Bool
  /// The vector instructions that the workers use.
  let instructions: cp_instructions

  /// The element type that the operations call for when none is asked for: float32 when one computes.
  public static func defaultElementType(for operations: [ImageOperation]) -> ElementType {
    operations.contains(where: \.computes) ? .float32 : .uint8
  }

  /// Compiles `operations`.
  ///
  /// - Parameters:
  ///   - layout: The order of a result's axes.
  ///   - elementType: The type of a result's values; nil for ``defaultElementType(for:)``. Bytes of operations
  ///     that compute are rounded to nearest (half to even) and saturated, once, at the end.
  ///   - seed: What all random choices derive from.
  /// - Throws: The first operation that is out of range, does not fit the image or the element type.
  public convenience init(
    operations: [ImageOperation], layout: ImageLayout, elementType: ElementType? = nil, seed: UInt64
  ) throws(TransformError) {
    try self.init(
      operations: operations, layout: layout, elementType: elementType, seed: seed,
      instructions: cp_best_instructions())
  }

  /// Compiles `operations` for certain vector instructions, which the processor must have.
  init(
    operations: [ImageOperation], layout: ImageLayout, elementType: ElementType? = nil, seed: UInt64,
    instructions: cp_instructions
  ) throws(TransformError) {
    let elementType = elementType ?? Self.defaultElementType(for: operations)
    let compiled = try TransformCompiler(operations, elementType: elementType)
    self.operations = operations
    self.layout = layout
    self.elementType = elementType
    self.seed = seed
    self.instructions = instructions
    height = compiled.height
    width = compiled.width
    steps = compiled.steps
    randomness = compiled.randomness
    regionCount = compiled.regionRoom
    foldedSide = compiled.foldedSide
    sourceRows = compiled.sourceRows
    computes = operations.contains(where: \.computes)
  }

  /// Channels of a result.
  public var channelCount: Int { CIFARImage.channelCount }

  /// The three axes of a result in the layout's order.
  public var outputShape: [Int] {
    switch layout {
    case .nhwc: [height, width, channelCount]
    case .nchw: [channelCount, height, width]
    }
  }

  /// Bytes of a result.
  public var bytesPerImage: Int { height * width * channelCount * elementType.byteCount }
}
