import InputPipeline
import SystemPackage

/// A closed queue with these names, so that a reader comes to the end of input behind them.
func closedQueue(of names: [FilePath]) throws -> FIFOQueue<FilePath> {
  let queue = FIFOQueue<FilePath>(name: "names", capacity: max(1, names.count))
  try queue.enqueueMany(names)
  queue.close()
  return queue
}

extension RecordReader {
  /// Everything that is left, as `key=bytes`.
  func readAll(from names: some BlockingQueue<FilePath>) throws -> [String] {
    var lines: [String] = []
    while let record = try read(from: names) { lines.append(line(record)) }
    return lines
  }

  /// `key=bytes`, with the key's directory left out.
  func line(_ record: KeyedRecord) -> String {
    let name = record.key.path.lastComponent?.string ?? ""
    return name + (record.key.number.map { ":\($0)" } ?? "") + "="
      + String(decoding: record.value, as: UTF8.self)
  }
}
