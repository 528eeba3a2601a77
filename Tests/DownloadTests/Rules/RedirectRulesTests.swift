import Testing

@testable import Download

@Suite("redirects are decided by us")
struct RedirectRulesTests {
  @Test(
    "addresses are resolved against the one that answered",
    arguments: [
      ("https://a/x/y", "https://b/z", "https://b/z"),
      ("https://a/x/y", "//b/z?q", "https://b/z?q"),
      ("https://a:8443/x/y", "/z", "https://a:8443/z"),
      ("https://a/x/y?q", "z", "https://a/x/z"),
      ("https://a/x/y", "?v=2", "https://a/x/y?v=2"),
      ("http://a/x", "https://a/x", "https://a/x"),
      ("http://a/x", "http://b/x#part", "http://b/x"),
    ])
  func resolves(base: String, location: String, result: String) throws {
    var rules = RedirectRules()

    let next = try rules.follow(location, from: try DownloadURL(base))

    #expect(next.text == result)
  }

  @Test(
    "https is not left, and files of this machine are not read",
    arguments: [
      ("https://a/x", "http://a/x", "refuses to leave https (redirected to http://a/x)"),
      ("https://a/x", "http://user:secret@a/x?key=1", "refuses to leave https (redirected to http://a/x?…)"),
      ("https://a/x", "file:///etc/passwd", "refuses to leave https (redirected to file:///etc/passwd)"),
      ("http://a/x", "file:///etc/passwd", "bad redirect (it leads to a file of this machine)"),
      ("http://a/x", "ftp://a/x", "bad redirect (ftp://a/x: not an https, http or file URL)"),
      ("http://a/x", "http:///x", "bad redirect (http:///x: the host is missing)"),
    ])
  func refuses(base: String, location: String, text: String) throws {
    var rules = RedirectRules()
    let url = try DownloadURL(base)

    let error = #expect(throws: SourceFailure.self) { try rules.follow(location, from: url) }

    #expect(error.map { "\($0)" } == text)
  }

  @Test("the eleventh redirect is refused")
  func limit() throws {
    var rules = RedirectRules()
    let url = try DownloadURL("https://a/x")

    for _ in 0..<RedirectRules.limit { _ = try rules.follow("/x", from: url) }

    #expect(throws: SourceFailure.tooManyRedirects(limit: 10)) { try rules.follow("/x", from: url) }
  }

  @Test("a redirect without an address is refused")
  func noLocation() throws {
    var rules = RedirectRules()
    let url = try DownloadURL("https://a/x")

    #expect(throws: SourceFailure.badRedirect(reason: "no address is given")) {
      try rules.follow(nil, from: url)
    }
  }
}
