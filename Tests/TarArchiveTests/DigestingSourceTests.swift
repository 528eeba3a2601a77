import Digests
import FileSupport
import TarArchive
import Testing

@Suite("DigestingSource")
struct DigestingSourceTests {
  @Test("digests the archive while it is read, on whichever thread", arguments: [false, true])
  func digest(overlaps: Bool) throws {
    let bytes = try compressed(Sample.tar)
    var expected = Digest(.sha256)
    bytes.withUnsafeBytes { expected.update($0) }
    let source = DigestingSource(MemorySource(bytes, pieceSize: 100), .sha256)

    let members = try readAll(source, overlaps: overlaps)

    #expect(members == Sample.members)
    #expect(source.hexadecimal() == expected.hexadecimal())
  }
}
