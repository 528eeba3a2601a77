import PipeTestSupport
@testable import TarArchive
import Testing

@Suite("GzipInflater")
struct GzipInflaterTests {
  private typealias Gzip = ArchiveBuilder.Gzip

  @Test("optional header fields are read past, with and without a header checksum", arguments: 0..<32)
  func headerFields(flags: UInt8) throws {
    var gzip = Gzip()
    gzip.flags = flags

    #expect(try readAll(gzip.bytes(Sample.tar)) == Sample.members)
  }

  @Test("reserved flags are refused", arguments: [32, 64, 128] as [UInt8])
  func reservedFlags(flag: UInt8) {
    var gzip = Gzip()
    gzip.flags = flag

    #expect(
      fault(of: gzip.bytes(Sample.tar)) == .unsupportedGzip(offset: 0, field: "flag", found: flag))
  }

  @Test("another method than deflate is refused")
  func method() {
    var gzip = Gzip()
    gzip.method = 7

    #expect(
      fault(of: gzip.bytes(Sample.tar))
        == .unsupportedGzip(offset: 0, field: "compression method", found: 7))
  }

  @Test("a wrong header checksum is refused")
  func headerChecksum() throws {
    var gzip = Gzip()
    gzip.flags = 2
    gzip.headerChecksumError = 1

    guard case .checksum(.gzipHeader, 0, let expected, let found) = fault(of: gzip.bytes(Sample.tar))
    else { throw Unexpected() }
    #expect(expected == found + 1)
  }

  @Test("a wrong checksum in the trailer is refused with both values")
  func trailerChecksum() throws {
    var gzip = Gzip()
    gzip.checksumError = 1
    let right = ArchiveBuilder.crc32(Sample.tar)
    let bytes = gzip.bytes(Sample.tar)

    #expect(
      fault(of: bytes)
        == .checksum(
          .compressedData, offset: UInt64(bytes.count - 8), expected: right &+ 1, found: right))
  }

  @Test("a wrong length in the trailer is refused with both values")
  func trailerLength() {
    var gzip = Gzip()
    gzip.lengthError = 5
    let bytes = gzip.bytes(Sample.tar)
    let right = UInt32(Sample.tar.count)

    #expect(
      fault(of: bytes) == .length(offset: UInt64(bytes.count - 8), expected: right + 5, found: right))
  }

  @Test("bytes after the end are refused", arguments: [1, 2, 64, 1000])
  func trailingBytes(count: Int) {
    let bytes = ArchiveBuilder.gzip(Sample.tar)
    let random = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 7) }

    #expect(fault(of: bytes + random) == .trailingBytes(offset: UInt64(bytes.count)))
  }

  @Test("NUL bytes after the end are padding, up to a limit, and nothing may follow them (N08)")
  func padding() throws {
    let bytes = ArchiveBuilder.gzip(Sample.tar)
    let limit = Int(GzipInflater.paddingLimit)
    func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    for count in [1, 2, 512, limit] { #expect(try readAll(bytes + zeros(count)) == Sample.members) }
    #expect(fault(of: bytes + zeros(limit + 1)) == .trailingBytes(offset: UInt64(bytes.count + limit)))
    for count in [1, 2, 600] {
      let expected = ArchiveError.Fault.trailingBytes(offset: UInt64(bytes.count + count))
      #expect(fault(of: bytes + zeros(count) + [1]) == expected)
      #expect(fault(of: bytes + zeros(count) + bytes) == expected)
    }
  }

  @Test(
    "members of one file are joined, wherever the archive is cut", arguments: [0, 1, 100, 512, 700, 2900])
  func severalMembers(cut: Int) throws {
    let parts = [Array(Sample.tar[..<cut]), Array(Sample.tar[cut...])]

    #expect(try readAll(parts.flatMap(ArchiveBuilder.gzip)) == Sample.members)
    #expect(try readAll(parts.map { try compressed($0) }.flatMap { $0 }) == Sample.members)
  }

  @Test("thousands of members, empty ones among them, are joined", arguments: [false, true])
  func manyMembers(overlaps: Bool) throws {
    let tar = ArchiveBuilder.tar([.init("a", [1, 2, 3])])
    let single = tar.flatMap { ArchiveBuilder.gzip([$0]) + ArchiveBuilder.gzip([]) }

    #expect(try readAll(MemorySource(single), overlaps: overlaps) == [ReadMember("a", [1, 2, 3])])
  }

  @Test("every member of one file is checked")
  func secondMember() {
    var broken = Gzip()
    broken.checksumError = 1
    let half = Sample.tar.count / 2
    let first = Array(Sample.tar[..<half])
    let second = Array(Sample.tar[half...])

    for bytes in [
      broken.bytes(first) + ArchiveBuilder.gzip(second), ArchiveBuilder.gzip(first) + broken.bytes(second),
      ArchiveBuilder.gzip(first) + ArchiveBuilder.gzip(second) + broken.bytes([]),
    ] {
      guard case .checksum(.compressedData, _, _, _) = fault(of: bytes) else {
        Issue.record("a wrong checksum was not found")
        continue
      }
    }
  }

  /// Found by fuzzing: with all of the input at hand zlib sees the fault after the bytes with the bytes.
  @Test(
    "of two faults the first is told, whatever the pieces of the input", arguments: [1, 7, 64, .max],
    [false, true])
  func firstFault(pieceSize: Int, overlaps: Bool) {
    let badHeader = [UInt8](repeating: 0x74, count: 512)
    let notDeflate: [UInt8] = [0b111]
    for bytes in [
      ArchiveBuilder.gzip(badHeader) + [1, 2, 3],
      RawDeflate.gzipHeader + RawDeflate.storedBlock(badHeader) + notDeflate,
    ] {
      let error = #expect(throws: ArchiveError.self) {
        try readAll(MemorySource(bytes, pieceSize: pieceSize), overlaps: overlaps)
      }
      #expect(error?.fault == .badField("header checksum", found: [UInt8](repeating: 0x74, count: 8)))
    }
  }

  @Test("too few bytes for any gzip file are called so", arguments: [0, 1, 5, 19])
  func tooShort(count: Int) {
    let error = #expect(throws: ArchiveError.self) {
      try readAll([UInt8](repeating: 0x31, count: count), format: .gzip)
    }

    #expect(error?.fault == .endsEarly(offset: UInt64(count), within: .beginning(.gzip)))
    #expect(
      error?.description
        == (count == 0
          ? "memory: ends early at byte 0 (it is empty)"
          : "memory: ends early at byte \(count) (too short for a gzip archive)"))
  }

  private struct Unexpected: Error {}
}
