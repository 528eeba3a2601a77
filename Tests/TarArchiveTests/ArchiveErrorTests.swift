import PipeTestSupport
import TarArchive
import Testing

@Suite("ArchiveError")
struct ArchiveErrorTests {
  /// A member reference, made the only way that a user of the library can: by an error.
  static func member(number: Int, name: [UInt8]?, offset: UInt64) -> ArchiveError.Member? {
    var members = (1..<number).map { ArchiveBuilder.Member("m\($0)", [UInt8($0)]) }
    var last = ArchiveBuilder.Member("x", type: name == nil ? "0" : "2")
    if let name { last.name = name } else { last.checksumError = 7 }
    members.append(last)
    let found = #expect(throws: ArchiveError.self) { try readAll(ArchiveBuilder.tar(members)) }
    #expect(found?.member?.offset == offset)
    return found?.member
  }

  private func message(of members: [ArchiveBuilder.Member], endBlocks: Int = 2) -> String? {
    #expect(throws: ArchiveError.self) {
      try readAll(ArchiveBuilder.tar(members, endBlocks: endBlocks))
    }?.description
  }

  @Test("names archive, member and offset, in one line of escaped text")
  func members() {
    #expect(
      message(of: [.init("a", [1]), .init("../evil\u{1b}[2J\n")])
        == #"memory: member 2 '../evil\x1b[2J\n' at byte 1024: name holds a control byte"#)
    #expect(
      message(of: [.init("../evil")])
        == "memory: member 1 '../evil' at byte 0: name leads out of the output through '..'")
    #expect(
      message(of: [.init("/tmp/evil")]) == "memory: member 1 '/tmp/evil' at byte 0: name is absolute")
    #expect(
      message(of: [.init("l", type: "2")])
        == "memory: member 1 'l' at byte 0: is a symbolic link (only files and directories are taken)")
    #expect(
      message(of: [.init("a"), .init("a")]) == "memory: member 2 'a' at byte 512: appears twice")
    #expect(
      message(of: [.init("a"), .init("a/b")])
        == "memory: member 2 'a/b' at byte 512: 'a' is both a file and a directory")
  }

  @Test("tells expected and found")
  func figures() {
    var wrongSum = ArchiveBuilder.Member("a")
    wrongSum.checksumError = 1
    let text = message(of: [wrongSum])
    #expect(
      text?.hasPrefix(
        "memory: member 1 at byte 0: checksum of the header at byte 0 does not match (expected ")
        == true)
    #expect(
      message(of: [.init("a")], endBlocks: 0) == "memory: ends early at byte 512 (end of archive missing)")
    #expect(
      message(of: [.init("a")], endBlocks: 1) == "memory: ends early at byte 1024 (end of archive missing)")
  }
}
