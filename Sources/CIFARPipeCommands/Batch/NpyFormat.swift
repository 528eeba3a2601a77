import CIFAR
import InputPipeline

/// `--format npy`: for each batch the images, then the labels, each as a complete .npy image of an array.
///
/// Source: NumPy, `numpy/lib/format.py`, "Format Version 1.0".
struct NpyFormat: BatchFormat {
  let shape: BatchShape
  /// Whether a pair of arrays without examples stands at the end of each epoch.
  let marksEpochs: Bool
  private var headers: (count: Int, images: [UInt8], labels: [UInt8])

  init(shape: BatchShape, marksEpochs: Bool) {
    self.shape = shape
    self.marksEpochs = marksEpochs
    headers = (0, [], [])
    prepareHeaders(0)
  }

  mutating func begin(_ start: Int, isMarkDue: Bool, to output: OutputStream) throws {
    if isMarkDue && marksEpochs { try writeMark(to: output) }
  }

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    prepareHeaders(outgoing.batch.count)
    try headers.images.withUnsafeBytes { images in
      try headers.labels.withUnsafeBytes { labels in
        try output.write([images, outgoing.batch.unsafeExamples, labels, outgoing.labels])
      }
    }
  }

  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws {
    if marksEpochs { try writeMark(to: output) }
  }

  private mutating func writeMark(to output: OutputStream) throws {
    prepareHeaders(0)
    // The last batch of the epoch is out already: only a reader that takes nothing may keep its mark back.
    try headers.images.withUnsafeBytes { images in
      try headers.labels.withUnsafeBytes { try output.write([images, $0], uninterrupted: true) }
    }
  }

  /// Makes the headers for batches of `count`, unless they are at hand: nearly all batches are of one size.
  private mutating func prepareHeaders(_ count: Int) {
    guard headers.images.isEmpty || headers.count != count else { return }
    headers = (
      count, Self.header(Self.descriptor(of: shape.elementType), shape.images(count)),
      Self.header(shape.labelType.descriptor, shape.labels(count))
    )
  }

  private static func descriptor(of type: ElementType) -> String {
    switch type {
    case .float32: "<f4"
    case .float16: "<f2"
    case .bfloat16: preconditionFailure("NumPy has no bfloat16; the command line was not checked")
    case .uint8: "|u1"
    }
  }

  /// The bytes before the elements: magic, version, length, and a Python literal padded to 64 bytes.
  static func header(_ descriptor: String, _ shape: [Int]) -> [UInt8] {
    let shape = BatchShape.tuple(shape)
    let text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(shape), }"
    let padding = 63 - (10 + text.utf8.count) % 64
    let length = text.utf8.count + padding + 1
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
      + Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }
}
