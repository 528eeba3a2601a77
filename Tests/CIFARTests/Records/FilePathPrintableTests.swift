import SystemPackage
import Testing

@testable import CIFAR

@Suite("Paths in messages")
struct FilePathPrintableTests {
  @Test(
    "what would act on a terminal or is not UTF-8 is escaped, the rest is not",
    arguments: [
      ([], ""),
      ([UInt8]("a b/ü/猫".utf8), "a b/ü/猫"),
      ([UInt8]("a\nb".utf8), "a\\x0ab"),
      ([0x1b, 0x5b, 0x33, 0x31, 0x6d], "\\x1b[31m"),
      ([0x61, 0xff, 0x62], "a\\xffb"),
      ([0xe2, 0x82], "\\xe2\\x82"),
      ([0xe2, 0x82, 0x61, 0xc3, 0xbc], "\\xe2\\x82aü"),
      ([0x7f, 0x85], "\\x7f\\x85"),
      ([UInt8]("a\u{202e}b".utf8), "a\\xe2\\x80\\xaeb"),
      ([UInt8]("a\u{2028}b".utf8), "a\\xe2\\x80\\xa8b"),
    ] as [([UInt8], String)])
  func escaped(bytes: [UInt8], text: String) {
    #expect(FilePath.printable(bytes) == text)
  }
}
