import Platform
import InputPipeline
import SystemPackage

@testable import CIFAR

/// Reads the input as binary records that arrive in pieces and that lie in a file; the input chooses lengths.
///
/// Besides crashes it finds: records that are not the bytes of the input, a wrong label that passes, a right one
/// that does not, and a count that does not fit the size.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: start, count: count)
  let pieceLength = 1 + Int(input.last ?? 0) * 16
  for kind in DatasetKind.allCases { read(input, kind.facts.layout, pieceLength: pieceLength) }
  readFile(input)
  return 0
}

/// Reads the input as a file with records; its last five bytes choose where they lie.
private func readFile(_ input: UnsafeRawBufferPointer) {
  let choices = input.suffix(5).map { Int($0) } + [0, 0, 0, 0, 0]
  // Not too short: thousands of records would only take time.
  let (header, footer, length) = (choices[0], choices[1], 61 + choices[2] * 16)
  let (hop, group) = (choices[3] * 64, 1 + choices[4])
  guard
    let window = try? RecordWindow(
      headerLength: header, recordLength: length, footerLength: footer, hopLength: hop)
  else { preconditionFailure("a window of possible lengths is refused") }
  // A plain loop over what the words about a window promise.
  let starts = Array(stride(from: header, to: input.count, by: hop == 0 ? length : hop))
    .prefix { $0 + length + footer <= input.count }
  scratchFile.replace(input)
  let names = FIFOQueue<FilePath>(name: "names", capacity: .max)
  var found: [KeyedRecord] = []
  let reader = FixedLengthRecordReader(window)
  do {
    try names.enqueue(scratchFile.path)
    names.close()
    while let records = try reader.readUpTo(group, from: names) { found += records }
    precondition(header <= input.count, "a file without its header is taken")
  } catch {
    precondition(header > input.count, "a good file is refused: \(error)")
  }
  precondition(found.map(\.key.number) == Array(starts.indices), "records of another number")
  for (record, start) in zip(found, starts) {
    let isEqual = memcmp(record.value, input.baseAddress! + start, length) == 0
    precondition(isEqual && record.value.count == length, "not the bytes of the file")
  }
}

/// A file without a name, reached through its descriptor, so that no run leaves anything behind.
private struct ScratchFile {
  let path: FilePath
  private let descriptor: CInt

  init() {
    var template = Array("/tmp/cifar-pipe-fuzz-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    precondition(descriptor >= 0 && unlink(template) == 0, "no temporary file: \(errno)")
    path = FilePath("/proc/self/fd/\(descriptor)")
  }

  func replace(_ bytes: UnsafeRawBufferPointer) {
    precondition(
      ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
  }
}

private let scratchFile = ScratchFile()

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
