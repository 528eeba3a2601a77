import TarArchive
import Testing

@Suite("GzipWriter")
struct GzipWriterTests {
  @Test("what it writes is read back at every level", arguments: 0...9)
  func levels(level: Int) throws {
    #expect(try readAll(compressed(Sample.tar, level: level), format: .gzip) == Sample.members)
  }

  @Test("the header tells neither a name nor a time")
  func header() throws {
    let header = try compressed(Sample.tar).prefix(8)

    #expect(Array(header) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
  }
}
