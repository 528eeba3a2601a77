import TarArchive
import Testing

@Suite("MemberPath")
struct MemberPathTests {
  @Test(
    "names that stay below the output are taken, dots dropped",
    arguments: [
      ("a", "a"), ("a/b", "a/b"), ("a/", "a"), ("./a", "a"), ("./a/./b", "a/b"), ("./", ""), (".", ""),
      ("...", "..."), ("..a", "..a"), ("a..", "a.."), ("a b", "a b"), ("ü", "ü"), ("-rf", "-rf"), ("~", "~"),
      ("a\\b", "a\\b"),
    ])
  func taken(name: String, expected: String) throws {
    #expect(try MemberPath(checking: Array(name.utf8)).description == expected)
  }

  @Test(
    "names that do not are refused",
    arguments: [
      ("", MemberPath.Fault.empty), ("/", .absolute), ("/tmp/evil", .absolute), ("//a", .absolute),
      ("..", .parent), ("../evil", .parent), ("a/../../evil", .parent), ("a/..", .parent),
      ("a/../b", .parent),
      ("./..", .parent), ("../", .parent), ("a//b", .emptyPart), ("a//", .emptyPart), ("a\nb", .controlByte),
      ("a\0b", .controlByte), ("\u{1b}[2J", .controlByte), ("a\u{7f}", .controlByte), ("a\tb", .controlByte),
    ])
  func refused(name: String, expected: MemberPath.Fault) {
    #expect(throws: expected) { try MemberPath(checking: Array(name.utf8)) }
  }

  @Test("length and depth are bounded, the bounds included")
  func bounds() throws {
    let part = String(repeating: "n", count: 255)
    let deep = String(repeating: "a/", count: 32)

    #expect(try MemberPath(checking: Array(part.utf8)).parts.count == 1)
    #expect(throws: MemberPath.Fault.tooLong(limit: 255)) {
      try MemberPath(checking: Array((part + "n").utf8))
    }
    #expect(try MemberPath(checking: Array(deep.utf8)).parts.count == 32)
    #expect(throws: MemberPath.Fault.tooDeep(limit: 32)) {
      try MemberPath(checking: Array((deep + "a").utf8))
    }
    #expect(try MemberPath(checking: Array("abc".utf8), lengthLimit: 3).parts.count == 1)
    #expect(throws: MemberPath.Fault.tooLong(limit: 2)) {
      try MemberPath(checking: Array("abc".utf8), lengthLimit: 2)
    }
  }

  @Test("bytes that are not UTF-8 are kept as they are")
  func anyBytes() throws {
    #expect(try MemberPath(checking: [0xff, 0x2f, 0xfe]).bytes == [0xff, 0x2f, 0xfe])
  }

  @Test("a path is relative to the directories above it and to no other")
  func relative() throws {
    let path = try MemberPath(checking: Array("a/b/c".utf8))
    let above = try MemberPath(checking: Array("a".utf8))
    let other = try MemberPath(checking: Array("ab".utf8))

    #expect(path.relative(to: above)?.description == "b/c")
    #expect(path.relative(to: path)?.isRoot == true)
    #expect(path.relative(to: other) == nil)
    #expect(path.parent.description == "a/b")
  }
}
