import PipeTestSupport
import TarArchive
import Testing

@Suite("ArchiveFormat")
struct ArchiveFormatTests {
  @Test(
    "what is not gzip is refused with what it looks like",
    arguments: [
      ("<!DOCTYPE html>\n<html>", "an HTML or XML page: '<!DOCTYPE html>\\n<html>..'"),
      ("\r\n <html>", "an HTML or XML page: '<html>"),
      ("PK\u{3}\u{4}", "a zip file"),
      ("BZh9", "a bzip2 file"),
      ("version https://git-lfs", "something that begins with 'version https://git-lfs.'"),
    ])
  func wrongFormat(text: String, expected: String) throws {
    let bytes = Array(text.utf8) + [UInt8](repeating: UInt8(ascii: "."), count: 1000)

    guard case .wrongFormat(.gzip, let found) = fault(of: bytes, format: .gzip) else {
      Issue.record("it was taken for gzip")
      return
    }
    #expect(found.hasPrefix(expected))
  }

  @Test("a plain tar archive where gzip is promised, and the other way round, are refused")
  func exchanged() {
    #expect(
      fault(of: Sample.tar, format: .gzip)
        == .wrongFormat(expected: .gzip, found: "a plain tar archive"))
    #expect(
      fault(of: ArchiveBuilder.gzip(Sample.tar), format: .tar)
        == .wrongFormat(expected: .tar, found: "a gzip file"))
  }

  @Test("both are read where either is allowed")
  func automatic() throws {
    #expect(try readAll(Sample.tar) == Sample.members)
    #expect(try readAll(ArchiveBuilder.gzip(Sample.tar)) == Sample.members)
    #expect(try readAll(Sample.tar, format: .tar) == Sample.members)
  }

  @Test(
    "a file's name promises a format",
    arguments: [
      ("cifar-10-binary.tar.gz", ArchiveFormat.gzip), ("X.TGZ", .gzip), ("x.tar", .tar), ("x", .automatic),
      ("-", .automatic),
    ])
  func fileName(name: String, expected: ArchiveFormat) {
    #expect(ArchiveFormat(fileName: name) == expected)
  }
}
