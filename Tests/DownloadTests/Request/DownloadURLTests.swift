import Testing

@testable import Download

@Suite("URLs that can be downloaded")
struct DownloadURLTests {
  @Test(
    "a URL is kept as given, and shown without secrets",
    arguments: [
      ("https://host/a.tar.gz", "https://host/a.tar.gz", "host"),
      ("HTTPS://host:8443/a", "https://host:8443/a", "host:8443"),
      ("https://user:secret@host/a?token=secret", "https://host/a?…", "host"),
      ("http://[::1]:80/a", "http://[::1]:80/a", "[::1]:80"),
      ("https://host", "https://host/", "host"),
      ("file:///tmp/a%20b.tar.gz", "file:///tmp/a%20b.tar.gz", ""),
      ("https://a@b@host/x", "https://host/x", "host"),
    ])
  func shown(text: String, shown: String, host: String) throws {
    let url = try DownloadURL(text)

    #expect(url.shown == shown)
    #expect(url.host == host)
    #expect(!url.shown.contains("secret"))
  }

  @Test(
    "other URLs are refused, without their secrets",
    arguments: [
      ("ftp://user:secret@host/a", "ftp://host/a: not an https, http or file URL"),
      ("cifar.tar.gz", "cifar.tar.gz: not an https, http or file URL"),
      ("https:/host/a", "https:/host/a: '//' is missing after the scheme"),
      ("https:///a", "https:///a: the host is missing"),
      ("https://user:secret@/a", "https:///a: the host is missing"),
      ("https://host/a b", "https://host/a b: a URL has no spaces or control characters"),
      ("https://host/a\n", "https://host/a\\n: a URL has no spaces or control characters"),
      ("file://host/a", "file://host/a: a file URL names no host"),
      ("file:///", "file:///: not the path of a file"),
      ("", ": not an https, http or file URL"),
    ])
  func refused(text: String, message: String) {
    let error = #expect(throws: DownloadError.self) { try DownloadURL(text) }

    #expect(error.map { "\($0)" } == message)
    #expect(error?.cause == .usage)
  }

  @Test("a URL of 9,000 bytes is refused")
  func tooLong() {
    #expect(throws: DownloadError.self) {
      try DownloadURL("https://host/" + String(repeating: "a", count: 9000))
    }
  }

  @Test(
    "escapes in file URLs are decoded to bytes",
    arguments: [
      ("file:///a%20b", Array("/a b".utf8)), ("file:///%ff", [0x2f, 0xff]), ("file:///%0", nil),
      ("file:///%zz", nil),
      ("file:///a%00b", nil),
    ] as [(String, [UInt8]?)])
  func fileBytes(text: String, bytes: [UInt8]?) throws {
    #expect(try DownloadURL(text).filePathBytes == bytes)
  }
}
