import CKernels
import InputPipeline

/// Turns CIFAR records into transformed images and the labels that were asked for.
public struct CIFARTransform: BatchTransform {
  /// How many records ahead of the one at hand the processor is asked for.
  private static let prefetchDistance = 2

  /// Bytes of one record.
  public var recordLength: Int { recordLayout.recordLength }
  /// Bytes of one image.
  public var exampleLength: Int { images.bytesPerImage }
  /// Labels of one example: 1, or 2 where coarse and fine ones are delivered.
  public var labelsPerExample: Int { labels.count }

  /// Where the labels and the image of a record lie.
  private let recordLayout: RecordLayout
  private let labels: [LabelField]
  private let images: CompiledTransform

  /// A transform of the records of a data set.
  ///
  /// - Parameters:
  ///   - labels: The labels of an example.
  ///   - operations: What is done to the images.
  ///   - layout: The order of an image's axes.
  ///   - elementType: The type of its values; `nil` for the one that the operations call for.
  ///   - seed: The seed of the run.
  /// - Throws: ``TransformError`` for labels that the records do not have, or operations that do not fit the image
  ///   or each other.
  public init(
    for kind: DatasetKind, labels: LabelSelection = .fine, operations: [ImageOperation],
    layout: ImageLayout = .nhwc, elementType: ElementType? = nil, seed: UInt64 = 0
  ) throws(TransformError) {
    recordLayout = kind.facts.layout
    guard let fields = recordLayout.labelFields(labels) else { throw .noSuchLabels(labels, of: kind) }
    self.labels = fields
    images = try CompiledTransform(
      operations: operations, layout: layout, elementType: elementType,
      seed: CounterGenerator(key: seed).derived(RandomPurpose.transform.rawValue).key)
  }

  /// The operations in their order.
  public var operations: [ImageOperation] { images.operations }
  /// Whether an operation draws, so that an image depends on the seed.
  public var isRandom: Bool { images.isRandom }
  /// The order of an image's axes.
  public var layout: ImageLayout { images.layout }
  /// The type of an image's values.
  public var elementType: ElementType { images.elementType }
  /// Rows of an image.
  public var height: Int { images.height }
  /// Columns of an image.
  public var width: Int { images.width }
  /// The axes of one image in the order of ``layout``.
  public var imageAxes: [Int] { images.outputShape }

  /// Makes the examples of one batch; never throws.
  ///
  /// See `BatchTransform`.
  public func transform(
    _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
    into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
  ) {
    images.withWorker { worker in
      records.withUnsafeBufferPointer { records in
        for (place, record) in records.enumerated() {
          var next: UnsafePointer<UInt8>?
          if place + Self.prefetchDistance < records.count {
            let nextRecord = address(of: records[place + Self.prefetchDistance], base)
            cp_prefetch(nextRecord, nextRecord + recordLayout.imageOffset)
            next = nextRecord + recordLayout.imageOffset
          }
          worker.apply(
            pixels: pixels(of: record, base), epoch: UInt64(record.epoch), record: UInt64(record.record),
            into: examples.baseAddress! + place * exampleLength, next: next)
          let first = address(of: record, base)
          for (index, field) in self.labels.enumerated() {
            labels[place * self.labels.count + index] = Int32(first[field.offset])
          }
        }
      }
    }
  }

  private func address(of record: RecordReference, _ base: UnsafeRawPointer) -> UnsafePointer<UInt8> {
    (base + Int(record.slot) * recordLength).assumingMemoryBound(to: UInt8.self)
  }

  private func pixels(of record: RecordReference, _ base: UnsafeRawPointer) -> UnsafePointer<UInt8> {
    address(of: record, base) + recordLayout.imageOffset
  }
}
