import PipeTestSupport
import TarArchive
import Testing

@Suite("TarHeader")
struct TarHeaderTests {
  private typealias Member = ArchiveBuilder.Member

  private static func binary(_ value: UInt64, first: UInt8 = 0x80) -> [UInt8] {
    [first, 0, 0, 0] + withUnsafeBytes(of: value.bigEndian, Array.init)
  }

  @Test(
    "sizes that cannot be used are refused",
    arguments: [
      Array("0000000001x\0".utf8), Array("abcdefghijk\0".utf8), Array("           \0".utf8),
      [UInt8](repeating: 0, count: 12), Array("  000000012\0".utf8), Array("12 34      \0".utf8),
      Array("00000000018\0".utf8), Array("-0000000001\0".utf8), Array("+0000000001\0".utf8),
      Array("0000000001\0x".utf8), Array("0x000000001\0".utf8),
      [UInt8](repeating: 0xff, count: 12), binary(1, first: 0xff), binary(1 << 63), binary(.max),
      binary(1, first: 0xc0), binary(0, first: 0x81), [0x80, 1, 0, 0] + [UInt8](repeating: 0, count: 8),
    ] as [[UInt8]])
  func badSize(field: [UInt8]) {
    var member = Member("a", [1])
    member.sizeField = field

    #expect(fault(of: ArchiveBuilder.tar([member])) == .badField("size", found: field))
  }

  @Test(
    "sizes of every usual form are read",
    arguments: [
      Array("00000000003\0".utf8), Array("00000000003 ".utf8), Array("000000000003".utf8),
      Array("3           ".utf8), Array("3\0\0\0\0\0\0\0\0\0\0\0".utf8), binary(3),
    ] as [[UInt8]])
  func goodSize(field: [UInt8]) throws {
    var member = Member("a", [7, 8, 9])
    member.sizeField = field

    #expect(try readAll(ArchiveBuilder.tar([member])) == [ReadMember("a", [7, 8, 9])])
  }

  @Test(
    "a size near the end of the number range is a limit passed, not an overflow",
    arguments: [binary(UInt64(Int64.max)), Array("777777777777".utf8)] as [[UInt8]])
  func hugeSize(field: [UInt8]) {
    var member = Member("a", [1])
    member.sizeField = field
    var limits = ArchiveLimits()

    #expect(
      fault(of: ArchiveBuilder.tar([member]))
        == .limit(.memberBytes, allowed: limits.memberByteCount))
    limits.memberByteCount = .max
    #expect(
      fault(of: ArchiveBuilder.tar([member]), limits: limits)
        == .limit(.totalBytes, allowed: limits.totalByteCount))
    limits.totalByteCount = .max
    guard case .endsEarly(_, .memberData) = fault(of: ArchiveBuilder.tar([member]), limits: limits) else {
      Issue.record("the end was not noticed")
      return
    }
  }

  @Test("a checksum that is off by one is refused with member and offset", arguments: [1, -1])
  func checksum(error: Int) throws {
    var second = Member("b")
    second.checksumError = error

    let found = #expect(throws: ArchiveError.self) {
      try readAll(ArchiveBuilder.tar([.init("a", [1]), second]))
    }

    #expect(found?.member == ArchiveErrorTests.member(number: 2, name: nil, offset: 1024))
    guard case .checksum(.tarHeader, 1024, let expected, let sum) = found?.fault else {
      Issue.record("another fault: \(String(describing: found))")
      return
    }
    #expect(Int(expected) == Int(sum) + error)
  }

  @Test("POSIX, GNU and old headers are read, others refused")
  func marks() throws {
    for mark in ["ustar\u{0}00", "ustar  \u{0}", "\0\0\0\0\0\0\0\0"] {
      var member = Member("a", [1])
      member.mark = Array(mark.utf8)
      #expect(try readAll(ArchiveBuilder.tar([member])) == [ReadMember("a", [1])])
    }
    var member = Member("a", [1])
    member.mark = Array("xstar\u{0}00".utf8)
    #expect(
      fault(of: ArchiveBuilder.tar([member])) == .badField("format mark", found: member.mark))
  }

  @Test("a prefix belongs to the name in POSIX headers only")
  func prefix() throws {
    var member = Member("a", [1])
    member.prefix = Array("dir/sub".utf8)

    #expect(try readAll(ArchiveBuilder.tar([member])) == [ReadMember("dir/sub/a", [1])])
    member.mark = Array("ustar  \u{0}".utf8)
    #expect(try readAll(ArchiveBuilder.tar([member])) == [ReadMember("a", [1])])
  }

  @Test("a prefix leads outside as little as a name does")
  func prefixOutside() {
    for prefix in ["..", "/etc"] {
      var member = Member("a", [1])
      member.prefix = Array(prefix.utf8)
      #expect(
        fault(of: ArchiveBuilder.tar([member])) == .badName(prefix == ".." ? .parent : .absolute))
    }
  }

  @Test(
    "links, devices and unknown kinds are refused",
    arguments: [
      ("1", "a hard link"), ("2", "a symbolic link"), ("3", "a character device"), ("4", "a block device"),
      ("6", "a named pipe"), ("S", "a sparse file"), ("V", "of an unknown kind (type 86)"),
      ("D", "of an unknown kind (type 68)"), ("9", "of an unknown kind (type 57)"),
    ] as [(Character, String)])
  func unsupported(type: Character, words: String) {
    for target in ["..", "/etc/passwd", "a"] {
      var member = Member("d", type: type)
      member.linkName = Array(target.utf8)
      let archive = ArchiveBuilder.tar([member, .init("d/evil", [1])])
      #expect(fault(of: archive) == .unsupportedKind(words))
    }
  }

  @Test("types NUL and 7 are files, and an old file whose name ends with a slash is a directory")
  func fileTypes() throws {
    let archive = ArchiveBuilder.tar([
      .init("d/", type: "\0"), .init("d/a", [1], type: "\0"), .init("d/b", [2], type: "7"),
    ])

    #expect(try readAll(archive) == [ReadMember("d/"), ReadMember("d/a", [1]), ReadMember("d/b", [2])])
  }

  @Test("a directory with bytes of its own is refused")
  func directorySize() {
    #expect(
      fault(of: ArchiveBuilder.tar([.init("d/", [1], type: "5")]))
        == .badField("size of a directory", found: Array("1".utf8)))
  }
}
