import PipeTestSupport
import TarArchive
import Testing

/// Bytes in memory as a source, handed out in pieces of any size.
final class MemorySource: ByteSource {
  let name = "memory"
  private let bytes: [UInt8]
  private let pieceSize: Int
  private var position = 0

  init(_ bytes: [UInt8], pieceSize: Int = .max) {
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

/// A source that repeats one piece of bytes without holding more than that piece.
final class RepeatingSource: ByteSource {
  let name = "repeating"
  private var beginning: [UInt8]
  private let piece: [UInt8]
  private var rest: Int
  private(set) var count = 0

  init(beginning: [UInt8], piece: [UInt8], times: Int) {
    self.beginning = beginning
    self.piece = piece
    rest = times
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if beginning.isEmpty {
      guard rest > 0 else { return 0 }
      rest -= 1
      beginning = piece
    }
    let part = beginning.prefix(buffer.count)
    buffer.copyBytes(from: part)
    beginning = Array(beginning.dropFirst(part.count))
    count += part.count
    return part.count
  }

  func cancel() {}
}

/// Collects what is written.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    self.bytes += bytes
  }
}

/// A member as it was read: name, size and bytes; a directory's name ends with a slash.
struct ReadMember: Equatable {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, _ bytes: [UInt8] = []) {
    self.name = name
    self.bytes = bytes
  }
}

/// Everything in the archive, which is read to its proven end.
func readAll(
  _ source: any ByteSource, format: ArchiveFormat = .automatic, limits: ArchiveLimits = ArchiveLimits(),
  expecting expected: ExpectedMembers? = nil, overlaps: Bool = false
) throws -> [ReadMember] {
  let archive = try ArchiveReader(
    source, format: format, limits: limits, expecting: expected, overlaps: overlaps)
  var members: [ReadMember] = []
  while let member = try archive.next() {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while case let count = try piece.withUnsafeMutableBytes({ try archive.read(into: $0) }), count > 0 {
      bytes += piece[..<count]
    }
    #expect(bytes.count == Int(member.byteCount))
    members.append(ReadMember("\(member.path)" + (member.kind == .directory ? "/" : ""), bytes))
  }
  try archive.finish()
  return members
}

/// Everything in the archive that `bytes` are.
func readAll(_ bytes: [UInt8], format: ArchiveFormat = .automatic) throws -> [ReadMember] {
  try readAll(MemorySource(bytes), format: format)
}

/// The fault for which the archive is refused; an issue when it is not.
func fault(
  of bytes: [UInt8], format: ArchiveFormat = .automatic, limits: ArchiveLimits = ArchiveLimits(),
  expecting expected: ExpectedMembers? = nil
) -> ArchiveError.Fault? {
  let error = #expect(throws: ArchiveError.self) {
    try readAll(MemorySource(bytes), format: format, limits: limits, expecting: expected)
  }
  return error?.fault
}

/// `bytes` compressed by zlib.
func compressed(_ bytes: [UInt8], level: Int = 9) throws -> [UInt8] {
  let sink = MemorySink()
  let writer = GzipWriter(sink, level: level)
  try bytes.withUnsafeBytes { try writer.write($0) }
  try writer.finish()
  return sink.bytes
}

/// A small archive in the layout of a real one, and what is in it.
enum Sample {
  static let text = Array("airplane\nautomobile\nbird\n".utf8)
  static let data = (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }

  static let members = [
    ReadMember("set/"), ReadMember("set/data.bin", data), ReadMember("set/names.txt", text),
    ReadMember("set/empty"),
  ]

  static let tar = ArchiveBuilder.tar([
    .init("set/", type: "5"), .init("set/data.bin", data), .init("set/names.txt", text), .init("set/empty"),
  ])
}
