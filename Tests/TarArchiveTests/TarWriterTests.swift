import PipeTestSupport
import TarArchive
import Testing

@Suite("TarWriter")
struct TarWriterTests {
  @Test("what it writes is read back, and equal input gives equal bytes")
  func roundTrip() throws {
    func written() throws -> [UInt8] {
      let sink = MemorySink()
      let gzip = GzipWriter(sink, level: 9)
      let tar = TarWriter(gzip)
      try tar.addDirectory("set")
      for member in Sample.members.dropFirst() {
        try tar.beginFile(member.name, byteCount: UInt64(member.bytes.count))
        let half = member.bytes.count / 2
        try member.bytes[..<half].withUnsafeBytes { try tar.write($0) }
        try member.bytes[half...].withUnsafeBytes { try tar.write($0) }
      }
      try tar.finish()
      try gzip.finish()
      return sink.bytes
    }

    let bytes = try written()

    #expect(try readAll(bytes, format: .gzip) == Sample.members)
    #expect(try written() == bytes)
  }

  @Test("its headers are those of POSIX ustar, byte for byte")
  func headers() throws {
    let sink = MemorySink()
    let tar = TarWriter(sink)
    try tar.beginFile("a", byteCount: 1)
    try [UInt8(7)].withUnsafeBytes { try tar.write($0) }
    try tar.finish()

    // The builder leaves the device numbers out, which POSIX allows; they are the only difference.
    let bytes = ArchiveBuilder.tar([.init("a", [7])])

    #expect(sink.bytes[..<148] == bytes[..<148])
    #expect(sink.bytes[156..<329] == bytes[156..<329])
    #expect(sink.bytes[512...] == bytes[512...])
  }
}
