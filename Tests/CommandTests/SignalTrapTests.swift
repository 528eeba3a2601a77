import Platform
import PipeTestSupport
import Testing
import Threads

@testable import CIFARPipeCommands

@Suite("What happens on a signal", .timeLimit(.minutes(1)))
struct SignalTrapTests {
  @Test("an action runs once, however many threads find that the signal has come")
  func once() {
    let actions = SignalActions()
    let (isRunning, mayEnd) = (Gate(), Gate())
    let count = Monitor(0)

    actions.add {
      count.withLock { $0 += 1 }
      isRunning.open()
      mayEnd.wait()
    } during: {
      let trap = Background { actions.run() }
      isRunning.wait()
      actions.run()
      mayEnd.open()
      trap.value
      actions.run()
    }
    actions.run()

    #expect(count.withLock { $0 } == 1)
  }

  @Test("work does not end before its action that has begun")
  func outlived() {
    let actions = SignalActions()
    let (isRunning, mayEnd) = (Gate(), Gate())
    let work = Background {
      actions.add {
        isRunning.open()
        mayEnd.wait()
      } during: {
        let trap = Background { actions.run() }
        isRunning.wait()
        return trap
      }
    }
    isRunning.wait()

    // Time enough for work that does not wait.
    for _ in 0..<1000 { sched_yield() }
    #expect(!work.isDone)
    mayEnd.open()
    work.value.value
  }

  @Test("the position of a run can be noted while its token is written, and is not written twice")
  func tokenWhileWriting() throws {
    let (isWriting, mayEnd) = (Gate(), Gate())
    let texts = Monitor<[String]>([])
    let token = try ResumeToken(parsing: "cifar-pipe-1@next=7@check=" + Self.check("cifar-pipe-1@next=7"))
    let file = TokenFile { text in
      texts.withLock { $0.append(text) }
      isWriting.open()
      mayEnd.wait()
    }
    file.advance(to: token)
    let writer = Background { try? file.write() }
    isWriting.wait()

    file.advance(to: token.advanced(to: 8))
    mayEnd.open()
    writer.value
    try file.write()

    #expect(texts.withLock { $0 } == [token.text + "\n"])
  }

  private static func check(_ text: String) -> String {
    var hash = FowlerNollVoHash()
    hash.update(text.utf8)
    return hash.hexadecimal
  }
}
