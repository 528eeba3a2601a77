import InputPipeline

/// Records of 8 bytes that hold their own number in the whole data set.
struct NumberedRecords: RecordSource {
  static let length = 8

  let first: Int
  let recordCount: Int
  /// The error that reading this record gives.
  var failing: (record: Int, error: any Error)?
  /// Runs before each read of a range of indices, such as a gate.
  var beforeReading: @Sendable (Range<Int>) -> Void = { _ in }

  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    beforeReading(range)
    if let failing, range.contains(failing.record - first) { throw failing.error }
    let numbers = buffer.bindMemory(to: UInt64.self)
    for (place, index) in range.enumerated() { numbers[place] = UInt64(first + index) }
  }

  /// Parts called `a`, `b`, … of these sizes, one after the other.
  static func collection(_ sizes: [Int]) throws -> RecordCollection {
    var first = 0
    let parts = sizes.enumerated().map { index, size in
      defer { first += size }
      return RecordCollection.Part(
        name: String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))),
        source: NumberedRecords(first: first, recordCount: size))
    }
    return try RecordCollection(recordLength: length, parts: parts)
  }
}

/// Examples that are the records themselves; the label is the epoch.
struct CopyTransform: BatchTransform {
  let recordLength = NumberedRecords.length
  let exampleLength = NumberedRecords.length
  let labelsPerExample = 1
  /// Runs before each batch, such as a gate.
  var beforeBatch: @Sendable (ArraySlice<RecordReference>) throws -> Void = { _ in }

  func transform(
    _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
    into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
  ) throws {
    try beforeBatch(records)
    for (place, record) in records.enumerated() {
      (examples.baseAddress! + place * exampleLength).copyMemory(
        from: base + Int(record.slot) * recordLength, byteCount: recordLength)
      labels[place] = Int32(record.epoch)
    }
  }
}

/// What a batch of ``CopyTransform`` says, copied out of it.
struct NumberedBatch: Equatable {
  let entry: BatchSchedule.Entry
  let numbers: [UInt64]
  let epochs: [Int32]

  init(_ batch: Batch) {
    entry = batch.entry
    numbers = Array(batch.unsafeExamples.bindMemory(to: UInt64.self))
    epochs = Array(batch.unsafeLabels)
  }
}

/// All batches of a run over parts of these sizes.
func batches(
  of sizes: [Int], _ options: RecordPipelineOptions, store: (any RecordStore)? = nil
) throws -> [NumberedBatch] {
  let pipeline = try RecordPipeline(
    store?.records ?? NumberedRecords.collection(sizes), transform: CopyTransform(), options: options,
    store: store)
  try pipeline.start()
  var batches: [NumberedBatch] = []
  while let batch = try pipeline.next() { batches.append(NumberedBatch(batch)) }
  try pipeline.finish()
  return batches
}
