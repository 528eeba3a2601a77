import FileSupport
import SystemPackage
import Testing

@Suite("Escaping")
struct EscapingTests {
  @Test(
    "names become one printable line, and different names stay different",
    arguments: [
      ("data_batch_1.bin", "data_batch_1.bin"),
      ("with space", "with space"),
      ("Größe 日本 🐸", "Größe 日本 🐸"),
      ("a\nb", #"a\nb"#),
      ("a\\nb", #"a\\nb"#),
      ("tab\tcr\r", #"tab\tcr\r"#),
      ("\u{1b}[31mred", #"\x1b[31mred"#),
      ("\u{0}", #"\x00"#),
      ("\u{7f}", #"\x7f"#),
      ("\u{9b}31m", #"\xc2\x9b31m"#),
      ("\u{2028}", #"\xe2\x80\xa8"#),
      ("\u{202e}txt.exe", #"\xe2\x80\xaetxt.exe"#),
      ("", ""),
    ])
  func text(name: String, expected: String) {
    #expect(escaped(Array(name.utf8)) == expected)
  }

  @Test("bytes that are not UTF-8 are shown one by one, the rest as it is")
  func invalidBytes() {
    #expect(escaped([0x61, 0xff, 0x62]) == #"a\xffb"#)
    #expect(escaped([0xc3]) == #"\xc3"#)
    #expect(escaped([0xe2, 0x82, 0x61, 0x0a]) == #"\xe2\x82a\n"#)
    #expect(escaped([0xc0, 0xaf]) == #"\xc0\xaf"#)
    #expect(escaped([0xed, 0xa0, 0x80]) == #"\xed\xa0\x80"#)
    #expect(escaped([0xfe] + Array("ü".utf8)) == #"\xfeü"#)
  }

  @Test("a path keeps its slashes and escapes the rest")
  func path() {
    let path = FilePath(platformString: [0x2f, 0x61, 0x2f, -1, 0x0a, 0])

    #expect(path.escaped == #"/a/\xff\n"#)
  }

  @Test("a component is made of exactly the bytes given, or not at all")
  func component() {
    #expect(FilePath.Component(bytes: [0xff, 0x0a])?.bytes == [0xff, 0x0a])
    for refused in ["", ".", "..", "a/b", "/", "a\0b"] {
      #expect(FilePath.Component(bytes: Array(refused.utf8)) == nil)
    }
  }
}
