import Platform
import PipeTestSupport
import TarArchive
import Testing

@Suite("ArchiveReader", .timeLimit(.minutes(5)))
struct ArchiveReaderTests {
  private static let small = ArchiveBuilder.tar([
    .init("set/", type: "5"), .init("set/data.bin", (0..<700).map { UInt8(truncatingIfNeeded: $0 * 7 >> 2) }),
    .init("set/names.txt", Sample.text),
  ])

  @Test("gives the same members whatever the pieces of the input", arguments: [1, 2, 511, 512, 513, 4096])
  func pieces(size: Int) throws {
    let plain = Sample.tar
    let packed = try compressed(plain)

    for bytes in [plain, packed] {
      for overlaps in [false, true] {
        let source = MemorySource(bytes, pieceSize: size)
        #expect(try readAll(source, overlaps: overlaps) == Sample.members)
      }
    }
  }

  @Test("members that the caller does not read are passed over")
  func skipping() throws {
    let archive = try ArchiveReader(MemorySource(compressed(Sample.tar)))
    var names: [String] = []

    while let member = try archive.next() { names.append("\(member.path)") }
    try archive.finish()

    #expect(names == ["set", "set/data.bin", "set/names.txt", "set/empty"])
  }

  @Test("finish reads to the end by itself, and again does nothing")
  func finish() throws {
    let archive = try ArchiveReader(MemorySource(compressed(Sample.tar)))

    try archive.finish()
    try archive.finish()

    #expect(try archive.next() == nil)
    #expect(archive.offset == UInt64(Sample.tar.count))
  }

  @Test("a small archive that is cut at any byte ends early, at that byte")
  func cutEverywhere() throws {
    for level in [0, 9] {
      let bytes = try compressed(Self.small, level: level)
      for length in bytes.indices {
        guard case .endsEarly(UInt64(length), _) = fault(of: Array(bytes[..<length])) else {
          Issue.record("level \(level), cut at \(length): not noticed, or at another offset")
          continue
        }
      }
    }
  }

  @Test("a stored archive with any bit flipped is refused, but where gzip gives the bit no meaning")
  func flipStored() throws {
    let tar = ArchiveBuilder.tar([.init("set/names.txt", Sample.text)])
    let right = try readAll(tar)
    let bytes = ArchiveBuilder.gzip(tar)
    for bit in 0..<bytes.count * 8 {
      let members = try membersTaken(flipping: bit, of: bytes)
      // The text flag; time, extra flags and system; the rest of the byte that the block's header begins.
      let isMeaningless = bit == 24 || (4..<10).contains(bit / 8) || (83..<88).contains(bit)
      #expect(members == (isMeaningless ? right : nil), "bit \(bit)")
    }
  }

  @Test("a compressed archive with any bit flipped is refused, or holds the same bytes in another way")
  func flipCompressed() throws {
    let right = try readAll(Self.small)
    let bytes = try compressed(Self.small)
    var taken = 0
    for bit in 0..<bytes.count * 8 {
      guard let members = try membersTaken(flipping: bit, of: bytes) else { continue }
      taken += 1
      #expect(members == right, "bit \(bit): other bytes were taken")
    }

    // 49 bits of the header say nothing, up to 7 fill the last byte, and in a run of equal bytes a few copies
    // may come from another place.
    #expect(taken < 49 + 7 + bytes.count * 8 / 100)
  }

  /// The members of the archive with one bit changed, or `nil` when it is refused.
  private func membersTaken(flipping bit: Int, of bytes: [UInt8]) throws -> [ReadMember]? {
    var flipped = bytes
    flipped[bit / 8] ^= 1 << (bit % 8)
    do {
      return try readAll(flipped)
    } catch is ArchiveError {
      return nil
    }
  }

  @Test("the real archive with a bit flipped is refused, wherever", .enabled(if: RealRecords.areAvailable))
  func flipReal() throws {
    let archive = try #require(RealRecords.archive)
    let bytes = try #require(FileBytes.read(archive))
    // Spread over the compressed data; each run stops at the damage or shortly after it.
    for index in 0..<12 {
      var flipped = bytes
      let position = 20 + (bytes.count - 40) / 12 * index
      flipped[position] ^= 1 << (index % 8)

      #expect(throws: ArchiveError.self, "byte \(position)") {
        try ArchiveReader(MemorySource(flipped), overlaps: true).finish()
      }
    }
  }

  @Test("ten gibibytes of zeros in a few dozen mebibytes stop at the total limit, in little memory")
  func bomb() throws {
    var header = ArchiveBuilder.Member("zeros")
    header.sizeField = [0x80, 0, 0, 0] + withUnsafeBytes(of: UInt64(10 << 30).bigEndian, Array.init)
    // A stored block for the header, then blocks of zeros that end on whole bytes and can be repeated.
    let head = Array(ArchiveBuilder.tar([header], endBlocks: 0))
    let zeros = try RawDeflate.zeros(byteCount: 1 << 20)
    let source = RepeatingSource(
      beginning: RawDeflate.gzipHeader + RawDeflate.storedBlock(head), piece: zeros, times: 10 << 10)
    var limits = ArchiveLimits()
    limits.memberByteCount = .max
    limits.totalByteCount = 11 << 30
    let before = peakMemory()

    #expect(
      throws: ArchiveError.self, "the first limit is the default one, applied at the header"
    ) {
      try readAll(
        RepeatingSource(
          beginning: RawDeflate.gzipHeader + RawDeflate.storedBlock(head), piece: zeros, times: 10))
    }
    let archive = try ArchiveReader(source, limits: limits, overlaps: true)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    #expect(try archive.next()?.byteCount == 10 << 30)
    for _ in 0..<2048 { #expect(try archive.readFully(into: buffer) == buffer.count) }

    #expect(peakMemory() - before < 32 << 20)
    #expect(source.count < 8 << 20)
  }

  /// The most memory that this process has held, in bytes.
  private func peakMemory() -> Int { Int(cp_peak_resident_bytes()) }
}
