import PipeTestSupport
import TarArchive
import Testing

@Suite("ExpectedMembers")
struct ExpectedMembersTests {
  private typealias Member = ArchiveBuilder.Member

  private let expected = ExpectedMembers(
    required: ["set/data.bin": .exactly(3), "set/test.bin": .multiple(of: 2)],
    optional: ["set/readme": .any])
  private let good = [
    Member("set/", type: "5"), Member("set/data.bin", [1, 2, 3]), Member("set/test.bin", [1, 2]),
  ]

  private func fault(of members: [Member]) -> ArchiveError.Fault? {
    TarArchiveTests.fault(of: ArchiveBuilder.tar(members), expecting: expected)
  }

  @Test("exactly the expected members are good, optional ones and directories there or not")
  func taken() throws {
    for members in [good, Array(good.dropFirst()), good + [Member("set/readme", [1])]] {
      let read = try readAll(MemorySource(ArchiveBuilder.tar(members)), expecting: expected)
      #expect(read.count == members.count)
    }
  }

  @Test("names that follow a rule are good with the size that the rule gives, others unknown")
  func rule() throws {
    let expected = ExpectedMembers(required: ["set/data.bin": .any]) { path in
      path.bytes.starts(with: "set/more".utf8) ? .exactly(2) : nil
    }
    func fault(of member: Member) -> ArchiveError.Fault? {
      TarArchiveTests.fault(of: ArchiveBuilder.tar([self.good[1], member]), expecting: expected)
    }

    let good = ArchiveBuilder.tar([self.good[1], Member("set/more1", [1, 2])])
    #expect(try readAll(MemorySource(good), expecting: expected).count == 2)
    #expect(fault(of: Member("set/more1", [1])) == .wrongSize(expected: .exactly(2), found: 1))
    #expect(
      fault(of: Member("set/less", [1, 2]))
        == .wrongMembers(missing: [], unknown: [Array("set/less".utf8)], unknownCount: 1))
  }

  @Test("missing and unknown members are all named")
  func wrong() {
    #expect(
      fault(of: [good[1]])
        == .wrongMembers(missing: [Array("set/test.bin".utf8)], unknown: [], unknownCount: 0))
    #expect(
      fault(of: [Member("set/._data.bin", [1]), Member("other/", type: "5")])
        == .wrongMembers(
          missing: [Array("set/data.bin".utf8), Array("set/test.bin".utf8)],
          unknown: [Array("set/._data.bin".utf8), Array("other".utf8)], unknownCount: 2))
  }

  @Test("a directory with the name of a file, and the other way round, are unknown")
  func kinds() {
    #expect(
      fault(of: good + [Member("set/readme", type: "5")])
        == .wrongMembers(missing: [], unknown: [Array("set/readme".utf8)], unknownCount: 1))
  }

  @Test("a wrong size is refused at the header, with the size that is right")
  func size() {
    #expect(
      fault(of: [Member("set/data.bin", [1, 2])]) == .wrongSize(expected: .exactly(3), found: 2))
    #expect(
      fault(of: [Member("set/test.bin", [1, 2, 3])])
        == .wrongSize(expected: .multiple(of: 2), found: 3))
    #expect(
      fault(of: [Member("set/test.bin")]) == .wrongSize(expected: .multiple(of: 2), found: 0))
  }

  @Test("a message lists ten unknown names and counts the rest")
  func message() {
    let many = (0..<13).map { Member("x\($0)") }
    let error = #expect(throws: ArchiveError.self) {
      try readAll(MemorySource(ArchiveBuilder.tar(good + many)), expecting: expected)
    }

    #expect(
      error?.description
        == "memory: unknown members: 'x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9' and 3 more")
  }
}
