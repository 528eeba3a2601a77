import CKernels
import Testing

@testable import CIFAR

/// The results of a compiled transform as `[height, width, channel]`, whatever its layout.
struct TransformRun {
  let transform: CompiledTransform

  /// Bytes before and after the output that must stay as they are.
  private static let guardCount = 64

  init(_ transform: CompiledTransform) {
    self.transform = transform
  }

  init(
    _ operations: [ImageOperation], layout: ImageLayout = .nhwc, elementType: ElementType? = nil,
    seed: UInt64 = 1, instructions: cp_instructions = cp_best_instructions()
  ) throws {
    try self.init(
      CompiledTransform(
        operations: operations, layout: layout, elementType: elementType, seed: seed,
        instructions: instructions))
  }

  /// The bytes of one image as they are delivered; everything around them must be left alone.
  ///
  /// - Parameter worker: Who makes them; one of its own if `nil`.
  func bytes(
    _ pixels: UnsafePointer<UInt8>, epoch: UInt64 = 0, record: UInt64 = 0, by worker: TransformWorker? = nil
  ) -> [UInt8] {
    guard let worker else {
      return transform.withWorker { bytes(pixels, epoch: epoch, record: record, by: $0) }
    }
    let size = transform.bytesPerImage
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size + 2 * Self.guardCount, alignment: 64)
    defer { memory.deallocate() }
    // Not a number as a float, so that a value that is never written shows.
    memory.initializeMemory(as: UInt8.self, repeating: 0xff)
    worker.apply(
      pixels: pixels, epoch: epoch, record: record, into: memory.baseAddress! + Self.guardCount)
    let isIntact =
      memory.prefix(Self.guardCount).allSatisfy { $0 == 0xff }
      && memory.suffix(Self.guardCount).allSatisfy { $0 == 0xff }
    #expect(isIntact, "bytes beside the output were written")
    return Array(memory[Self.guardCount..<Self.guardCount + size])
  }

  /// The values of one image in the order `[height, width, channel]`.
  func values(_ pixels: [UInt8], epoch: UInt64 = 0, record: UInt64 = 0) -> [Double] {
    let bytes = bytes(pixels, epoch: epoch, record: record)
    let values = bytes.withUnsafeBytes { transform.elementType.values(of: $0).map(Double.init) }
    guard transform.layout == .nchw else { return values }
    let area = transform.height * transform.width
    return values.indices.map { values[$0 % 3 * area + $0 / 3] }
  }

  /// What the reference makes of the same pixels with the same random choices.
  func reference(_ pixels: [UInt8], epoch: UInt64 = 0, record: UInt64 = 0) -> ReferenceImage {
    ReferenceImage(record: pixels).applying(
      transform.operations, transform.draws(epoch: epoch, record: record))
  }

  /// The first place where the compiled result is not that of the reference; nil if there is none.
  ///
  /// Floats may differ by 1e-4, or that part of the value where it is above 1. Bytes are the reference's values
  /// rounded once, where these are no nearer to a half than that.
  ///
  /// - Parameter reference: What ``reference(_:epoch:record:)`` gives, where that is known already.
  func difference(
    _ pixels: [UInt8], epoch: UInt64 = 0, record: UInt64 = 0, reference: ReferenceImage? = nil
  ) -> String? {
    let expected = reference ?? self.reference(pixels, epoch: epoch, record: record)
    let found = values(pixels, epoch: epoch, record: record)
    guard expected.height == transform.height, expected.width == transform.width else {
      return "shape: expected \(expected.height) x \(expected.width), found \(transform.outputShape)"
    }
    for (index, (expected, found)) in zip(expected.values, found).enumerated() {
      let tolerance = 1e-4 * max(1, abs(expected))
      let isRight =
        switch transform.elementType {
        case .float32: abs(expected - found) <= tolerance
        // These are compared with float32 to the bit.
        case .float16, .bfloat16: abs(expected - found) <= tolerance + abs(expected) / 256
        case .uint8: (byte(expected - tolerance)...byte(expected + tolerance)).contains(found)
        }
      if !isRight {
        let pixel = index / 3
        return "row \(pixel / transform.width), column \(pixel % transform.width), channel \(index % 3): "
          + "expected \(expected), found \(found)"
      }
    }
    return nil
  }

  private func byte(_ value: Double) -> Double {
    min(255, max(0, value)).rounded(.toNearestOrEven)
  }
}
