import Testing

@testable import Download

@Suite("where a request begins")
struct ResumeRulesTests {
  private static let known = ExpectedContent(byteCount: 1000, sha256: "ab")
  private static let unknown = ExpectedContent()

  @Test(
    "stored bytes are continued where that is safe",
    arguments: [
      // name, is the digest known, stored, tag at the same source (nil: another source), offset, If-Range
      ("nothing is stored", true, 0, "\"a\"", 0, nil),
      ("a strong tag", true, 400, "\"a\"", 400, "\"a\""),
      ("a strong tag, digest unknown", false, 400, "\"a\"", 400, "\"a\""),
      ("a weak tag", true, 400, "W/\"a\"", 0, nil),
      ("no tag", true, 400, "", 400, nil),
      ("no tag, digest unknown", false, 400, "", 0, nil),
      ("another source", true, 400, nil, 400, nil),
      ("another source, digest unknown", false, 400, nil, 0, nil),
    ] as [(String, Bool, Int, String?, Int, String?)])
  func continues(
    name: String, isKnown: Bool, stored: Int, tag: String?, offset: Int, ifRange: String?
  ) throws {
    let url = try DownloadURL("https://host/a")
    let record = PartialRecord(
      url: tag == nil ? "https://other/a" : url.shown, tag: EntityTag(tag ?? "\"a\""))

    let request = ResumeRules(
      expected: isKnown ? Self.known : Self.unknown, storedLength: stored, record: record
    ).request(to: url)

    #expect(request.offset == offset, "\(name)")
    #expect(request.ifRange?.text == ifRange, "\(name)")
  }

  @Test("stored bytes are dropped where they cannot be part of the file")
  func drops() {
    func isUsable(_ expected: ExpectedContent, _ length: Int, _ record: PartialRecord?) -> Bool {
      ResumeRules(expected: expected, storedLength: length, record: record).isStoredUsable
    }
    let ours = PartialRecord(url: "u", total: 900, wanted: "sha256:ab")

    #expect(isUsable(Self.known, 1000, ours))
    #expect(!isUsable(Self.known, 1001, ours))
    #expect(isUsable(Self.known, 400, nil))
    #expect(!isUsable(Self.unknown, 400, nil))
    #expect(!isUsable(Self.known, 400, PartialRecord(url: "u", wanted: "sha256:cd")))
    #expect(isUsable(Self.unknown, 900, PartialRecord(url: "u", total: 900)))
    #expect(!isUsable(Self.unknown, 901, PartialRecord(url: "u", total: 900)))
  }
}
