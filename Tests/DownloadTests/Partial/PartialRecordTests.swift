import Testing

@testable import Download

@Suite("the record of a partial file")
struct PartialRecordTests {
  @Test("what is written is read back")
  func roundTrip() {
    var record = PartialRecord(
      url: "https://host/a?…", tag: EntityTag("W/\"a\""), total: 170_052_171, wanted: "sha256:ab")
    record.prefixLength = 1234
    record.prefixDigest = "cd"

    #expect(PartialRecord(record.text) == record)
    #expect(PartialRecord(PartialRecord(url: "u").text) == PartialRecord(url: "u"))
  }

  @Test("a record that was cut off or is another file is none")
  func damaged() {
    let text = PartialRecord(url: "https://host/a", total: 10).text

    for length in 0..<text.utf8.count {
      let cut = String(decoding: Array(text.utf8)[..<length], as: UTF8.self)
      // A cut behind a whole line only forgets what is optional.
      #expect(PartialRecord(cut) == nil || cut == "cifar-pipe part 1\nurl https://host/a\n", "\(cut)")
    }
    #expect(PartialRecord("{\"url\": 1}\n") == nil)
    #expect(PartialRecord(text + "url twice\n") == nil)
  }
}
