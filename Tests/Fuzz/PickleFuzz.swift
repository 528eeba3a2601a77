import InputPipeline
import SystemPackage

@testable import CIFAR

/// Reads the input as a pickled batch of both data sets, and compares what bytes in pieces give.
///
/// Besides crashes it finds: records whose bytes differ from those at the places that the batch names, labels
/// that do not match the number of records, and an error whose message is not one printable line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPickle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let region = try? MemoryRegion(byteCount: count) else { return 0 }
  region.bytes.copyBytes(from: UnsafeBufferPointer(start: start, count: count))
  let pickle = PickleMemory(path: "input", region: region)
  for kind in DatasetKind.allCases { read(pickle, kind) }
  return 0
}

private func read(_ pickle: PickleMemory, _ kind: DatasetKind) {
  do {
    let batch = try PickledBatch(pickle, kind: kind)
    precondition(batch.recordCount >= 1 && batch.recordCount <= pickle.byteCount / CIFARImage.byteCount)
    precondition(batch.labels.count == batch.recordCount * kind.facts.layout.labels.count)
    let source = try PickledRecordSource(batch)
    let length = kind.facts.layout.recordLength
    var whole = [UInt8](repeating: 0, count: source.recordCount * length)
    try whole.withUnsafeMutableBytes { try source.readRecords(in: 0..<source.recordCount, into: $0) }
    var last = [UInt8](repeating: 0, count: length)
    try last.withUnsafeMutableBytes {
      try source.readRecords(in: source.recordCount - 1..<source.recordCount, into: $0)
    }
    precondition(whole.suffix(length).elementsEqual(last), "a record depends on the range it is read in")
    let invalid = whole.withUnsafeBytes { kind.facts.layout.firstInvalidLabel(in: $0) }
    precondition(invalid == nil, "a wrong label passed")
  } catch {
    let message = "\(error)"
    precondition(
      message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "not a line: \(message)")
  }
}
