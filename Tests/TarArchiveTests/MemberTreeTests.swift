import PipeTestSupport
import TarArchive
import Testing

@Suite("MemberTree")
struct MemberTreeTests {
  @Test("a name may come once")
  func twice() {
    #expect(fault(of: ArchiveBuilder.tar([.init("a"), .init("b"), .init("a")])) == .appearsTwice)
    #expect(fault(of: ArchiveBuilder.tar([.init("a"), .init("./a")])) == .appearsTwice)
    #expect(
      fault(of: ArchiveBuilder.tar([.init("d/", type: "5"), .init("d", type: "5")])) == .appearsTwice)
  }

  @Test("nothing is both a file and a directory, in whichever order they come")
  func conflict() {
    let expected = ArchiveError.Fault.fileAndDirectory(path: Array("a".utf8))

    #expect(fault(of: ArchiveBuilder.tar([.init("a"), .init("a/b")])) == expected)
    #expect(fault(of: ArchiveBuilder.tar([.init("a/b"), .init("a")])) == expected)
    #expect(fault(of: ArchiveBuilder.tar([.init("a"), .init("a/b/c/d")])) == expected)
    #expect(fault(of: ArchiveBuilder.tar([.init("a"), .init("a/", type: "5")])) == expected)
    #expect(fault(of: ArchiveBuilder.tar([.init("a/", type: "5"), .init("a")])) == expected)
  }

  @Test("a directory may be told after what is in it, and the root any time")
  func order() throws {
    let archive = ArchiveBuilder.tar([
      .init("./", type: "5"), .init("a/b", [1]), .init("a/", type: "5"), .init("ab", [2]),
    ])

    #expect(
      try readAll(archive) == [
        ReadMember("/"), ReadMember("a/b", [1]), ReadMember("a/"), ReadMember("ab", [2]),
      ])
  }
}
