import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Records in memory")
struct MemoryRecordSourceTests {
  /// A source of `bytes`, given in pieces of `pieceLength` bytes.
  static func source(
    _ bytes: [UInt8], announced: Int? = nil, pieceLength: Int, layout: RecordLayout = .cifar10
  ) throws -> MemoryRecordSource {
    var builder = try MemoryRecordSource.Builder(
      path: "a.tar.gz/a.bin", layout: layout, byteCount: announced ?? bytes.count)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieceLength)
      bytes[start..<end].withUnsafeBytes { builder.append($0) }
      start = end
    }
    return try builder.finish()
  }

  @Test("records are the same however the bytes came", arguments: [1_000, 3_073, 65_536])
  func pieces(length: Int) throws {
    let bytes = FileRecordSourceTests.records(5)
    let source = try Self.source(bytes, pieceLength: length)

    #expect(source.recordCount == 5)
    #expect(try FileRecordSourceTests.read(source, 0..<5) == bytes)
    #expect(try FileRecordSourceTests.read(source, 3..<4) == Array(bytes[3 * 3_073..<4 * 3_073]))
    #expect(try FileRecordSourceTests.read(source, 5..<5) == [])
  }

  @Test("a member without bytes, or with part of a record, is refused before memory is taken")
  func sizes() {
    let path: FilePath = "a.tar.gz/a.bin"
    #expect(throws: DatasetError.empty(path: path)) { try Self.source([], pieceLength: 1) }
    #expect(
      throws: DatasetError.partialRecord(path: path, size: 3_074, recordLength: 3_073, remainder: 1)
    ) {
      try Self.source([], announced: 3_074, pieceLength: 1)
    }
  }

  @Test("a member of impossible size is refused, not allocated")
  func impossibleSize() {
    let size = Int.max / 3_073 * 3_073
    #expect(throws: DatasetError.outOfMemory(path: "a.tar.gz/a.bin", byteCount: size)) {
      try Self.source([], announced: size, pieceLength: 1)
    }
  }

  @Test("missing bytes are an error")
  func missing() {
    let bytes = FileRecordSourceTests.records(1)
    #expect(
      throws: DatasetError.truncatedDuringRead(
        path: "a.tar.gz/a.bin", offset: 0, expected: 6_146, found: 3_073)
    ) {
      try Self.source(bytes, announced: 6_146, pieceLength: 4_096)
    }
  }

  @Test("a label out of range is found at the end")
  func label() {
    var bytes = FileRecordSourceTests.records(3, layout: .cifar100)
    bytes[2 * 3_074 + 1] = 100
    let field = RecordLayout.cifar100.labels[1]
    #expect(
      throws: DatasetError.labelOutOfRange(path: "a.tar.gz/a.bin", record: 2, field: field, value: 100)
    ) {
      try Self.source(bytes, pieceLength: 4_096, layout: .cifar100)
    }
  }
}
