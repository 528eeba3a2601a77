import Platform
import PipeTestSupport
import Testing

@Suite("Cases", .timeLimit(.minutes(5)))
struct CaseTests {
  /// What came out of all scripts, which run two at a time: they wait for programs most of the time.
  private static let runs = (0..<2).map { lane in
    Background {
      let own = CommandCase.all.enumerated().filter { $0.offset % 2 == lane }.map(\.element)
      return Dictionary(uniqueKeysWithValues: own.map { ($0.testDescription, $0.run()) })
    }
  }

  @Test("a script prints what the files beside it say", arguments: CommandCase.all)
  func prints(_ one: CommandCase) throws {
    let expected = one.expected

    let (exit, result) = try #require(Self.runs.compactMap { $0.value[one.testDescription] }.first)
    MessageRules.check(result)

    if getenv("CIFAR_PIPE_SET_EXPECTATIONS") != nil { return try one.expect(exit, result) }
    #expect(exit == expected.exit)
    #expect(result.outputText == expected.output)
    #expect(result.errorText == expected.error)
  }

  @Test("there are cases, and no expectation without a script")
  func complete() {
    let names = Set(CommandCase.all.map(\.testDescription))
    let root = CommandCase.all[0].path.removingLastComponent().removingLastComponent()

    let files = FileBytes.names(in: root).flatMap { command in
      FileBytes.names(in: root.appending(command)).map { "\(command)/\($0)" }
    }

    #expect(files.filter { file in !names.contains { file.hasPrefix($0 + ".") } } == [])
  }
}
