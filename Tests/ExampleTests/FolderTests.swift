import PipeTestSupport
import Testing

/// Arrows between the folders of a target point one way, as those between targets do.
@Suite("Folders of a target")
struct FolderTests {
  @Test("do not use each other in a circle", arguments: RepositoryFile.names(in: "Sources"))
  func circles(target: String) throws {
    let graph = try FolderGraph(of: target)
    let arrows = graph.circles.flatMap { graph.arrows(in: $0) }

    #expect(arrows.isEmpty)
  }

  @Test("are known by what they declare and use, not by comments, strings or members")
  func reading() {
    let source = SwiftSource(
      """
      import Module  // One
      /* Two */ private struct Own { enum Inner {} }
      extension Used: Asked where Inner: Own { func made() { made(); other.made2(); let a = Kind.Member.self } }
      func free<T: Bound>(_ one: One.Two) -> Result { called("Text \\(Shown.self) Text", #"Raw " \\(Not)"#) }
      """)

    #expect(source.declared == ["free("])
    let names = ["Used", "Asked", "Bound", "Result", "called(", "Shown", "Kind", "One"]
    let others = ["Two", "Own", "Inner", "made(", "made2(", "Member", "Text", "Raw", "Not"]
    #expect(source.used.isSuperset(of: names))
    #expect(source.used.isDisjoint(with: others))
  }

  @Test("are in a circle if each can be reached from the other")
  func components() {
    let graph = FolderGraph([
      ("A", "struct A {}", "a"), ("B", "struct B { let a: A; let c: C }", "b"),
      ("C", "struct C { let d: D }", "c"), ("D", "struct D { let b: B }", "d"),
    ])

    #expect(graph.circles == [["B", "C", "D"]])
    #expect(graph.arrows(in: ["B", "C", "D"]) == ["B -> C: C (b)", "C -> D: D (c)", "D -> B: B (d)"])
  }
}
