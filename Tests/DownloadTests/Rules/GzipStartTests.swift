import Testing

@testable import Download

@Suite("the beginning of a body")
struct GzipStartTests {
  @Test(
    "bytes are judged as gzip, as too few, or as something else",
    arguments: [
      ([0x1f, 0x8b, 0x08, 0x00], true, false), ([0x1f, 0x8b, 0x08], true, true), ([0x1f, 0x8b], false, true),
      ([], false, true), ([0x1f, 0x8b, 0x07], false, false), ([0x50, 0x4b, 3, 4], false, false),
      ([0x3c], false, false),
    ] as [([UInt8], Bool, Bool)])
  func judges(bytes: [UInt8], isGzip: Bool, couldBecomeGzip: Bool) {
    var start = GzipStart()

    let taken = bytes.withUnsafeBytes { start.add($0) }

    #expect(taken == bytes.count)
    #expect(start.isGzip == isGzip)
    #expect(start.couldBecomeGzip == couldBecomeGzip)
  }

  @Test("no more than 48 bytes are held")
  func bounded() {
    var start = GzipStart()
    let bytes = archiveBytes(100)

    #expect(bytes.withUnsafeBytes { start.add($0) } == 48)
    #expect(bytes.withUnsafeBytes { start.add($0) } == 0)
    #expect(start.isComplete)
    #expect(start.bytes == Array(bytes[..<48]))
  }
}
