import InputPipeline

/// What a reader is told beside the bytes of a batch: 64 bytes, as docs/slots.md has them.
///
/// `--format slots` consists of these, and `--frames` puts them between the batches of a stream.
struct DeliveryMessage {
  static let byteCount = 64

  /// What has happened; the numbers are those of the format.
  enum Kind: UInt32 {
    case start = 1
    case batch = 2
    case endOfEpoch = 3
    case endOfRun = 4
    case failure = 5
  }

  private let kind: Kind
  private var slot = 0
  private var count = 0
  private var code: Int32 = 0
  private var number = 0
  private var epoch = 0
  private var indexInEpoch = 0
  private let position: Int

  /// The start or the end of a run, or its failure with an exit code.
  init(_ kind: Kind, position: Int, code: Int32 = 0) {
    self.kind = kind
    self.position = position
    self.code = code
  }

  /// A batch.
  init(_ outgoing: OutgoingBatch) {
    self.init(.batch, entry: outgoing.batch.entry, position: outgoing.position)
    slot = outgoing.batch.slot ?? 0
    count = outgoing.batch.count
  }

  /// The end of the epoch whose last batch is `last`.
  init(endOfEpochAfter last: OutgoingBatch) {
    self.init(.endOfEpoch, entry: last.batch.entry, position: last.position)
  }

  private init(_ kind: Kind, entry: BatchSchedule.Entry, position: Int) {
    self.init(kind, position: position)
    (number, epoch, indexInEpoch) = (entry.number, entry.epoch, entry.indexInEpoch)
  }

  /// Calls `body` with the bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let words: [8 of UInt64] = [
      Self.pair(kind.rawValue, UInt32(slot)), Self.pair(UInt32(count), UInt32(bitPattern: code)),
      UInt64(number).littleEndian, UInt64(epoch).littleEndian, UInt64(indexInEpoch).littleEndian,
      UInt64(position).littleEndian, 0, 0,
    ]
    return try withUnsafeBytes(of: words, body)
  }

  /// Two numbers of 32 bits, the first one at the lower address.
  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    (UInt64(second) << 32 | UInt64(first)).littleEndian
  }

  /// Writes the message, also after a signal: what it says must not be missing.
  func write(to output: OutputStream, uninterrupted: Bool = false) throws {
    try withBytes { try output.write([$0], uninterrupted: uninterrupted) }
  }
}

/// `--frames`: a message before each batch of another format, and at the ends of epochs and of the run.
struct FramedFormat: BatchFormat {
  var format: any BatchFormat

  mutating func begin(_ start: Int, isMarkDue: Bool, to output: OutputStream) throws {
    try DeliveryMessage(.start, position: start).write(to: output)
  }

  mutating func write(_ outgoing: OutgoingBatch, to output: OutputStream) throws {
    try DeliveryMessage(outgoing).write(to: output)
    try format.write(outgoing, to: output)
  }

  mutating func endEpoch(after last: OutgoingBatch, to output: OutputStream) throws {
    // A run that is continued goes on after the last batch: its mark must not be missing.
    try DeliveryMessage(endOfEpochAfter: last).write(to: output, uninterrupted: true)
  }

  mutating func finish(_ totals: DeliveryTotals, position: Int, to output: OutputStream) throws {
    try DeliveryMessage(.endOfRun, position: position).write(to: output)
  }

  mutating func fail(_ code: Int32, position: Int, to output: OutputStream) throws {
    try DeliveryMessage(.failure, position: position, code: code).write(to: output, uninterrupted: true)
  }
}
