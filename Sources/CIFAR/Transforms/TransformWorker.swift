import CKernels
import InputPipeline

/// Applies a ``CompiledTransform`` to one record after the other, for one thread at a time.
///
/// It has the memory that an image needs, so that applying allocates nothing, takes no lock and never waits.
/// ``CompiledTransform/withWorker(_:)`` lends one; it must not be kept.
public struct TransformWorker {
  let transform: CompiledTransform

  /// The generators of the operations that draw, for all epochs.
  private let generators: UnsafeMutablePointer<CounterGenerator>
  /// The same for the epoch of the record at hand.
  private let epochGenerators: UnsafeMutablePointer<CounterGenerator>
  /// The epoch of `epochGenerators`.
  private let epoch: UnsafeMutablePointer<UInt64>
  /// Room for the frames and cutouts of one image.
  private let regions: UnsafeMutablePointer<ConstantRegion>
  /// Room for the margins of a reflected image.
  private let folded: FoldedSource

  /// A worker that uses memory of the caller, which it initialises.
  ///
  /// - Parameters:
  ///   - generators: Two for each operation that draws.
  ///   - epoch: One.
  ///   - regions: As many as the transform can need; left as they are.
  ///   - folded: As many bytes as the transform can need.
  fileprivate init(
    _ transform: CompiledTransform, generators: UnsafeMutablePointer<CounterGenerator>,
    epoch: UnsafeMutablePointer<UInt64>, regions: UnsafeMutablePointer<ConstantRegion>,
    folded: UnsafeMutablePointer<UInt8>
  ) {
    self.transform = transform
    let count = transform.randomness.count
    (self.generators, epochGenerators) = (generators, generators + count)
    (self.epoch, self.regions) = (epoch, regions)
    folded.initialize(repeating: 0, count: FoldedSource.byteCount(side: transform.foldedSide))
    self.folded = FoldedSource(folded, side: transform.foldedSide)
    for index in 0..<count {
      let generator = transform.randomness[index].generator(seed: transform.seed)
      (generators + index).initialize(to: generator)
      (epochGenerators + index).initialize(to: transform.randomness[index].generator(generator, epoch: 0))
    }
    epoch.initialize(to: 0)
  }

  /// Asks the processor for those rows of one plane that an image can need; a hint that changes no result.
  @inline(__always)
  private func prefetch(_ pixels: UnsafePointer<UInt8>, plane: Int) {
    let first = pixels + plane &* CIFARImage.height &* CIFARImage.width
    let rows = transform.sourceRows
    cp_prefetch(
      first + rows.lowerBound &* CIFARImage.width, first + rows.upperBound &* CIFARImage.width)
  }

  /// Writes the transformed image of one record.
  ///
  /// The result depends on the pixels, the transform with its seed, `epoch` and `record`, and on nothing else:
  /// not on earlier calls, the thread or the processor.
  ///
  /// - Parameters:
  ///   - pixels: The record's ``CIFARImage/byteCount`` pixel bytes: the red, green and blue plane.
  ///   - epoch: The epoch for which random choices are made.
  ///   - record: The record's number in the data set.
  ///   - output: ``CompiledTransform/bytesPerImage`` bytes, aligned for the element type.
  ///   - next: The pixels of a record that is transformed soon, of which the processor is asked in good time: plane
  ///     by plane between the steps, because it holds only so many requests and then waits.
  public func apply(
    pixels: UnsafePointer<UInt8>, epoch: UInt64, record: UInt64, into output: UnsafeMutableRawPointer,
    next: UnsafePointer<UInt8>? = nil
  ) {
    if let next { prefetch(next, plane: 0) }
    // A worker lives for a batch, and few batches span two epochs: the generators are derived once.
    if epoch != self.epoch.pointee { begin(epoch: epoch) }
    var image = TransformedImage(
      pixels: pixels, regions: regions, folded: folded, instructions: transform.instructions)
    let generators = epochGenerators
    transform.steps.withUnsafeBufferPointer { steps in
      for step in steps { step.apply(to: &image, epoch: epoch, record: record, generators) }
    }
    if let next { prefetch(next, plane: 1) }
    image.write(
      to: output, layout: transform.layout, elementType: transform.elementType,
      computes: transform.computes)
    if let next { prefetch(next, plane: 2) }
  }

  /// Derives the generators of another epoch.
  private func begin(epoch: UInt64) {
    self.epoch.pointee = epoch
    for index in 0..<transform.randomness.count {
      epochGenerators[index] = transform.randomness[index].generator(generators[index], epoch: epoch)
    }
  }
}

extension CompiledTransform {
  /// Lends `body` a worker for as long as it runs.
  ///
  /// Its memory is on the stack, except where operations need more than a KiB, as reflected margins do.
  public func withWorker<Result>(_ body: (TransformWorker) -> Result) -> Result {
    // At least one of each: an empty allocation need not have an address.
    withUnsafeTemporaryAllocation(of: CounterGenerator.self, capacity: max(1, 2 * randomness.count)) {
      generators in
      withUnsafeTemporaryAllocation(of: ConstantRegion.self, capacity: max(1, regionCount)) { regions in
        withUnsafeTemporaryAllocation(
          of: UInt8.self, capacity: max(1, FoldedSource.byteCount(side: foldedSide))
        ) { folded in
          var epoch: UInt64 = 0
          return withUnsafeMutablePointer(to: &epoch) { epoch in
            body(
              TransformWorker(
                self, generators: generators.baseAddress!, epoch: epoch, regions: regions.baseAddress!,
                folded: folded.baseAddress!))
          }
        }
      }
    }
  }
}
