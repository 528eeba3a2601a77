import InputPipeline

/// Records of five bytes made on the spot: a label and four values.
struct Countdown: RecordSource {
  let recordCount = 10

  func readRecords(in range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
    for (place, number) in range.enumerated() {
      buffer[5 * place] = UInt8(number)
      for value in 0..<4 { buffer[5 * place + 1 + value] = UInt8(100 - number) }
    }
  }
}

/// What the bytes mean: the values become floats from 0 to 1, the first byte is the label.
struct CountdownTransform: BatchTransform {
  let recordLength = 5
  let exampleLength = 4 * MemoryLayout<Float>.size
  let labelsPerExample = 1

  func transform(
    _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
    into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
  ) {
    let floats = examples.assumingMemoryBound(to: Float.self)
    for (place, record) in records.enumerated() {
      let bytes = UnsafeRawBufferPointer(start: base + Int(record.slot) * recordLength, count: recordLength)
      labels[place] = Int32(bytes[0])
      for value in 0..<4 { floats[4 * place + value] = Float(bytes[1 + value]) / 100 }
    }
  }
}

/// Delivers one epoch of one's own records in batches of four.
public func ownRecords() throws -> [String] {
  let records = try RecordCollection(
    recordLength: 5, parts: [.init(name: "countdown", source: Countdown())])
  let pipeline = try RecordPipeline(
    records, transform: CountdownTransform(), options: .init(batchSize: 4, epochs: 1))
  var lines: [String] = []
  for batch in pipeline {
    let first = batch.withExamples(as: Float.self) { $0[0] }
    lines.append("labels \(batch.labels), first value \(first)")
  }
  try pipeline.finish()
  return lines
}
