@testable import TarArchive

/// The bytes of one fuzzing input as a source, in pieces whose size the input chooses.
private final class FuzzSource: ByteSource {
  let name = "input"
  private let bytes: UnsafeBufferPointer<UInt8>
  private let pieceSize: Int
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, pieceSize: Int) {
    self.bytes = bytes
    self.pieceSize = pieceSize
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let part = bytes[position...].prefix(min(pieceSize, buffer.count))
    buffer.copyBytes(from: part)
    position += part.count
    return part.count
  }

  func cancel() {}
}

/// Reads the input as an archive, plain and compressed, and compares what pieces of other sizes give.
///
/// Besides crashes it finds: a member larger than announced, a path that leads outside, an error whose
/// message is not one printable line, and a result that depends on how the input arrives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchive(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A changed header is nearly always stopped at its checksum; half of the inputs get right ones.
  var input = Array(UnsafeBufferPointer(start: start, count: count))
  if input.last.map({ $0 & 1 == 1 }) ?? false { correctChecksums(&input) }
  input.withUnsafeBufferPointer(compare)
  return 0
}

/// Writes the right checksum into every block that has the mark of a header.
private func correctChecksums(_ bytes: inout [UInt8]) {
  for start in stride(from: 0, to: bytes.count - 511, by: 512)
  where bytes[start + 257..<start + 262].elementsEqual("ustar".utf8) {
    let sum = bytes[start..<start + 512].withUnsafeBytes { TarHeader.checksum($0) }
    let digits = String(sum, radix: 8)
    let text = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
    bytes.replaceSubrange(start + 148..<start + 156, with: text.utf8)
  }
}

private func compare(_ bytes: UnsafeBufferPointer<UInt8>) {
  let whole = outcome(bytes, pieceSize: .max)
  let pieces = outcome(bytes, pieceSize: 1 + Int(bytes.last ?? 0))
  precondition(whole == pieces, "another result in pieces: \(whole) and \(pieces)")
}

/// Everything that reading the input tells.
private func outcome(_ bytes: UnsafeBufferPointer<UInt8>, pieceSize: Int) -> String {
  var limits = ArchiveLimits()
  limits.totalByteCount = 1 << 22
  limits.memberByteCount = 1 << 20
  limits.memberCount = 50
  var text = ""
  do {
    let archive = try ArchiveReader(FuzzSource(bytes, pieceSize: pieceSize), limits: limits)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 5000, alignment: 16)
    defer { buffer.deallocate() }
    while let member = try archive.next() {
      check(member.path)
      text += "\(member)"
      var length: UInt64 = 0
      while case let count = try archive.readFully(into: buffer), count > 0 {
        length += UInt64(count)
        for byte in buffer[..<count].prefix(8) { text += " \(byte)" }
      }
      precondition(length == member.byteCount, "a member of another size than announced")
    }
    try archive.finish()
    precondition(archive.offset <= limits.totalByteCount + 65536, "the total limit does not hold")
    return text + " good"
  } catch {
    let message = "\(error)"
    precondition(
      message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "not a line: \(message)")
    return text + message
  }
}

/// Traps on a path that could lead out of the output.
private func check(_ path: MemberPath) {
  for part in path.parts {
    precondition(!part.isEmpty && part != [0x2e] && part != [0x2e, 0x2e], "not a plain name")
    precondition(!part.contains(0x2f) && !part.contains { $0 < 0x20 }, "not a plain name")
  }
}
