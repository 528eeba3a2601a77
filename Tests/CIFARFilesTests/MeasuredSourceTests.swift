import Digests
import PipeTestSupport
import TarArchive
import Testing

@testable import CIFARFiles

@Suite("MeasuredSource")
struct MeasuredSourceTests {
  @Test("digests and counts the archive while it is read, on whichever thread", arguments: [false, true])
  func digest(overlaps: Bool) throws {
    let scratch = ScratchDirectory("measured")
    let bytes = ArchiveBuilder.gzip(ArchiveBuilder.tar([.init("a", [UInt8](repeating: 1, count: 100_000))]))
    var expected = Digest(.sha256)
    bytes.withUnsafeBytes { expected.update($0) }
    let source = MeasuredSource(try FileSource(opening: scratch.write(bytes, to: "a.tar.gz")))

    try ArchiveReader(source, overlaps: overlaps).finish()

    #expect(source.sha256 == expected.hexadecimal())
    #expect(source.byteCount == bytes.count)
  }
}
