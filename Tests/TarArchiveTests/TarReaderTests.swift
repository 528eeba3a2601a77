import PipeTestSupport
import TarArchive
import Testing

@Suite("TarReader")
struct TarReaderTests {
  private typealias Member = ArchiveBuilder.Member

  private let long = "dir/" + String(repeating: "n", count: 200)

  @Test("an archive without members is good")
  func empty() throws {
    #expect(try readAll(ArchiveBuilder.tar([])) == [])
  }

  @Test("an archive without both of its end blocks is refused", arguments: [0, 1])
  func endMissing(endBlocks: Int) {
    let archive = ArchiveBuilder.tar([.init("a", [1])], endBlocks: endBlocks)

    #expect(
      fault(of: ArchiveBuilder.gzip(archive))
        == .endsEarly(offset: UInt64(archive.count), within: .endBlocks))
  }

  @Test("a lone block of zeros between members is refused")
  func loneZeroBlock() {
    let archive = ArchiveBuilder.tar([.init("a")], endBlocks: 1) + ArchiveBuilder.tar([.init("b")])

    guard case .badField("second block of the end of the archive", _) = fault(of: archive) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test("zeros may follow the end, anything else not")
  func afterTheEnd() throws {
    let archive = ArchiveBuilder.tar([.init("a", [1])], endBlocks: 20)

    #expect(try readAll(archive) == [ReadMember("a", [1])])
    #expect(fault(of: archive + [0, 0, 9]) == .trailingBytes(offset: UInt64(archive.count + 2)))
    #expect(
      fault(of: archive + ArchiveBuilder.tar([.init("b")]))
        == .trailingBytes(offset: UInt64(archive.count)))
  }

  @Test("a plain archive that is cut anywhere is refused")
  func cut() {
    for length in 0..<Sample.tar.count {
      guard case .endsEarly(UInt64(length), _) = fault(of: Array(Sample.tar[..<length])) else {
        Issue.record("cut at \(length): not noticed, or at another offset")
        continue
      }
    }
  }

  // MARK: Names and sizes from extended headers

  @Test("GNU long names and pax paths take the place of the name in the header")
  func longNames() throws {
    let archive = ArchiveBuilder.tar([
      ArchiveBuilder.longName(long), .init("short", [1]),
      ArchiveBuilder.pax([("mtime", "1.5"), ("path", long + "2")]), .init("short", [2]),
      ArchiveBuilder.pax([("comment", "global"), ("mtime", "3")], type: "g"), .init("plain", [3]),
      ArchiveBuilder.longName("gnu"), ArchiveBuilder.pax([("path", "pax")]), .init("short", [4]),
    ])

    #expect(
      try readAll(archive) == [
        ReadMember(long, [1]), ReadMember(long + "2", [2]), ReadMember("plain", [3]), ReadMember("pax", [4]),
      ])
  }

  @Test("a pax size takes the place of the size in the header")
  func paxSize() throws {
    var member = Member("a", Array(1...9))
    member.sizeField = Array("00000000000\0".utf8)

    let archive = ArchiveBuilder.tar([ArchiveBuilder.pax([("size", "9")]), member])

    #expect(try readAll(archive) == [ReadMember("a", Array(1...9))])
  }

  @Test(
    "the name that counts is checked, wherever it comes from",
    arguments: [
      ("../x", MemberPath.Fault.parent), ("/x", .absolute), ("a\u{1b}", .controlByte), ("", .empty),
    ])
  func effectiveName(name: String, expected: MemberPath.Fault) {
    let pax = ArchiveBuilder.tar([ArchiveBuilder.pax([("path", name)]), .init("harmless", [1])])
    let gnu = ArchiveBuilder.tar([ArchiveBuilder.longName(name), .init("harmless", [1])])

    #expect(fault(of: pax) == .badName(expected))
    #expect(fault(of: gnu) == .badName(expected))
  }

  @Test("a NUL hidden in a long name does not cut it short")
  func hiddenNul() {
    let gnu = ArchiveBuilder.tar([ArchiveBuilder.longName("a\0/../x"), .init("harmless", [1])])
    let pax = ArchiveBuilder.tar([ArchiveBuilder.pax([("path", "a\0b")]), .init("harmless", [1])])

    #expect(fault(of: gnu) == .badName(.controlByte))
    #expect(fault(of: pax) == .badName(.controlByte))
  }

  @Test(
    "pax records that are not well formed are refused",
    arguments: [
      "path=a\n", "0 path=a\n", "9 path=a", "99 path=a\n", "5 =a\n", "x path=a\n", "-9 path=a\n", " path=a\n",
      "999999999999999999999 path=a\n", "10 path=a\n9", "9 pathxa\n", "2 \n", "1 ",
      "18446744073709551615 a=b\n",
    ])
  func badRecords(text: String) {
    let archive = ArchiveBuilder.tar([.init("pax", Array(text.utf8), type: "x"), .init("a")])

    guard case .badField = fault(of: archive) else {
      Issue.record("taken: \(text)")
      return
    }
  }

  @Test(
    "pax sizes that are no sizes are refused",
    arguments: ["", "-1", "1x", "9223372036854775808", "1e3", " 1"])
  func badPaxSize(size: String) {
    let archive = ArchiveBuilder.tar([ArchiveBuilder.pax([("size", size)]), .init("a")])

    #expect(fault(of: archive) == .badField("extended header size", found: Array(size.utf8)))
  }

  @Test(
    "a global path, size or link and sparse files are refused",
    arguments: [("g", "path"), ("g", "size"), ("g", "linkpath"), ("x", "GNU.sparse.major")]
      as [(Character, String)])
  func refusedRecords(type: Character, key: String) {
    let archive = ArchiveBuilder.tar([ArchiveBuilder.pax([(key, "1")], type: type), .init("a")])

    #expect(fault(of: archive) == .badField("extended header '\(key)'", found: Array("1".utf8)))
  }

  @Test("an extended header without a member is refused")
  func strayExtension() {
    let archive = ArchiveBuilder.tar([.init("a"), ArchiveBuilder.longName("b")])

    guard case .endsEarly(_, .tarHeader) = fault(of: archive) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test(
    "an extended header's size is bounded before memory is taken for it", arguments: ["x", "g", "L", "K"])
  func hugeExtension(type: String) {
    var header = Member("h", type: Character(type))
    header.sizeField = Array("77777777777\0".utf8)

    #expect(
      fault(of: ArchiveBuilder.tar([header])) == .limit(.extendedHeaderBytes, allowed: 64 * 1024))
  }

  @Test("a long link target counts for nothing, since the link is refused")
  func longLink() {
    let archive = ArchiveBuilder.tar([
      ArchiveBuilder.longName("/etc/" + long, type: "K"), .init("l", type: "2"),
    ])

    #expect(fault(of: archive) == .unsupportedKind("a symbolic link"))
  }

  // MARK: Limits

  @Test("the member limit is applied at the header, its bound included")
  func memberLimit() throws {
    var limits = ArchiveLimits()
    limits.memberByteCount = 10
    let fitting = ArchiveBuilder.tar([.init("a", [UInt8](repeating: 1, count: 10))])
    let larger = ArchiveBuilder.tar([.init("a", [UInt8](repeating: 1, count: 11))])

    #expect(try readAll(MemorySource(fitting), limits: limits).count == 1)
    #expect(fault(of: larger, limits: limits) == .limit(.memberBytes, allowed: 10))
  }

  @Test("the total limit counts headers, members and the zeros at the end")
  func totalLimit() throws {
    var limits = ArchiveLimits()
    limits.totalByteCount = 4096
    let fitting = ArchiveBuilder.tar([.init("a", [UInt8](repeating: 1, count: 512))], endBlocks: 6)

    #expect(try readAll(MemorySource(fitting), limits: limits).count == 1)
    #expect(
      fault(of: ArchiveBuilder.tar([.init("a", [UInt8](repeating: 1, count: 3585))]), limits: limits)
        == .limit(.totalBytes, allowed: 4096))
    #expect(
      fault(of: fitting + [UInt8](repeating: 0, count: 1024), limits: limits)
        == .limit(.totalBytes, allowed: 4096))
  }

  @Test("the number of members is bounded")
  func countLimit() throws {
    var limits = ArchiveLimits()
    limits.memberCount = 2
    let two = [Member("a"), Member("b")]

    #expect(try readAll(MemorySource(ArchiveBuilder.tar(two)), limits: limits).count == 2)
    #expect(
      fault(of: ArchiveBuilder.tar(two + [Member("c")]), limits: limits) == .limit(.members, allowed: 2))
  }
}
