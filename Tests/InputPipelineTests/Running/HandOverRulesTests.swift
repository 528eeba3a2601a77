import Testing

@testable import InputPipeline

@Suite("The rules of handing batches over")
struct HandOverRulesTests {
  private typealias Rules = HandOverRules<Int, String>

  private func text(_ answer: Rules.Answer?) -> String {
    switch answer {
    case nil: "waits"
    case .batch(let batch): "batch \(batch)"
    case .end: "end"
    case .failure(let error): "\(error)"
    }
  }

  @Test("tasks get batches in the order in which they asked")
  func inOrder() {
    var rules = Rules()
    #expect(!rules.isAsked)
    #expect(text(rules.request(0, "a")) == "waits")
    #expect(text(rules.request(1, "b")) == "waits")

    #expect(rules.isAsked)
    #expect(rules.deliver(7) == "a")
    #expect(rules.deliver(8) == "b")
    #expect(!rules.isAsked)
  }

  @Test("a batch whose asker has gone is kept for the next, in order")
  func kept() {
    var rules = Rules()
    _ = rules.request(0, "a")
    #expect(rules.withdraw(0) == "a")
    #expect(rules.withdraw(0) == nil)

    #expect(rules.deliver(7) == nil)
    #expect(rules.deliver(8) == nil)

    #expect(text(rules.request(1, "b")) == "batch 7")
    #expect(text(rules.request(2, "b")) == "batch 8")
  }

  @Test("the end reaches all who wait and all who come later, behind the kept batches")
  func end() {
    var rules = Rules()
    _ = rules.request(0, "a")
    _ = rules.request(1, "b")

    let answers = rules.end(because: nil)

    #expect(answers.map { "\($0.0) \(text($0.1))" } == ["a end", "b end"])
    #expect(rules.deliver(7) == nil)
    #expect(text(rules.request(2, "c")) == "batch 7")
    #expect(text(rules.request(3, "c")) == "end")
    #expect(rules.hasEnded)
  }

  @Test("an error is told once, to the first who waits or comes", arguments: [true, false])
  func failure(isAsked: Bool) {
    var rules = Rules()
    if isAsked { _ = rules.request(0, "a") }

    let answers = rules.end(because: TestError(1)).map { text($0.1) } + [text(rules.request(1, "b"))]

    #expect(answers == (isAsked ? ["TestError(number: 1)", "end"] : ["TestError(number: 1)"]))
    #expect(text(rules.request(2, "c")) == "end")
  }

  @Test("the first end counts")
  func firstEnd() {
    var rules = Rules()

    _ = rules.end(because: nil)
    _ = rules.end(because: TestError(1))

    #expect(text(rules.request(0, "a")) == "end")
  }

  @Test("each request has a number of its own")
  func numbers() {
    var rules = Rules()

    #expect([rules.newNumber(), rules.newNumber()] == [0, 1])
  }
}
