import SystemPackage

@testable import CIFAR

/// Reads the input as binary records that arrive in pieces whose size the input chooses.
///
/// Besides crashes it finds: records that are not the bytes of the input, a wrong label that passes, a right one
/// that does not, and a count that does not fit the size.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: start, count: count)
  let pieceLength = 1 + Int(input.last ?? 0) * 16
  for kind in DatasetKind.allCases { read(input, kind.facts.layout, pieceLength: pieceLength) }
  return 0
}

private func read(_ input: UnsafeRawBufferPointer, _ layout: RecordLayout, pieceLength: Int) {
  let length = layout.recordLength
  let isWhole = !input.isEmpty && input.count % length == 0
  let areLabelsGood = stride(from: 0, to: input.count, by: length).allSatisfy { record in
    layout.labels.allSatisfy { record + $0.offset < input.count && input[record + $0.offset] < $0.classCount }
  }
  do {
    var builder = try MemoryRecordSource.Builder(path: "input", layout: layout, byteCount: input.count)
    while builder.missingByteCount > 0 {
      let position = input.count - builder.missingByteCount
      builder.append(UnsafeRawBufferPointer(rebasing: input[position...].prefix(pieceLength)))
    }
    let source = try builder.finish()
    precondition(isWhole && areLabelsGood && source.recordCount == input.count / length)
    var bytes = [UInt8](repeating: 0, count: input.count)
    bytes.withUnsafeMutableBytes { source.readRecords(in: 0..<source.recordCount, into: $0) }
    precondition(bytes.elementsEqual(input), "records are not the bytes of the input")
  } catch {
    precondition(!isWhole || !areLabelsGood, "good records are refused: \(error)")
  }
}
