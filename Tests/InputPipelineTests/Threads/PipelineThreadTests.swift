import Glibc
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@Suite("A pipeline thread", .timeLimit(.minutes(1)))
struct PipelineThreadTests {
  @Test("runs its body on another thread, and join waits for the end")
  func runsItsBody() throws {
    let log = EventLog()
    let caller = pthread_self()
    let thread = PipelineThread(name: "worker") {
      log.add(pthread_equal(pthread_self(), caller) == 0 ? "elsewhere" : "here")
    }

    try thread.start()

    #expect(thread.join())
    #expect(log.all == ["elsewhere"])
    #expect(!thread.isAlive && thread.hasEnded)
  }

  @Test("is alive from its start to the end of its body")
  func isAlive() throws {
    let gate = Gate()
    let thread = PipelineThread(name: "worker") { gate.wait() }
    #expect(!thread.isAlive)

    try thread.start()
    #expect(thread.isAlive && !thread.hasEnded)

    gate.open()
    thread.join()
    #expect(!thread.isAlive)
  }

  @Test("join gives up at the deadline, and a later join still succeeds")
  func joinWithDeadline() throws {
    let gate = Gate()
    let thread = PipelineThread(name: "worker") { gate.wait() }
    try thread.start()

    #expect(!thread.join(deadline: .now + .milliseconds(5)))

    gate.open()
    #expect(thread.join(deadline: .now + .seconds(30)))
    #expect(thread.join())
  }

  @Test("join of a thread that was not started returns at once")
  func joinBeforeStart() {
    let thread = PipelineThread(name: "worker") {}

    #expect(thread.join())
    #expect(!thread.hasEnded)
  }

  @Test("shows 15 bytes of its kernel name to the system and keeps the whole name")
  func names() throws {
    let log = EventLog()
    let thread = PipelineThread(name: "QueueRunnerThread-names-0", kernelName: "names-0-and-more-text") {
      let file = try? FileDescriptor.open("/proc/thread-self/comm", .readOnly)
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = bytes.withUnsafeMutableBytes { (try? file?.read(into: $0)) ?? 0 }
      try? file?.close()
      log.add(String(decoding: bytes[..<count], as: UTF8.self))
    }

    try thread.start()
    thread.join()

    #expect(log.all == ["names-0-and-mor\n"])
    #expect(thread.name == "QueueRunnerThread-names-0")
  }

  @Test("a start that the system refuses says which thread and why, and the body never runs (B28)")
  func refusedStart() {
    let log = EventLog()
    let thread = PipelineThread(name: "third") { log.add("ran") }
    let refusing = ThreadStarter { (_, _, _) throws(Errno) in throw .resourceTemporarilyUnavailable }

    #expect(throws: ThreadError.cannotStart(thread: "third", errno: .resourceTemporarilyUnavailable)) {
      try thread.start(with: refusing)
    }

    #expect(!thread.isAlive && thread.join())
    #expect(log.all == [])
    #expect(
      "\(ThreadError.cannotStart(thread: "third", errno: .resourceTemporarilyUnavailable))"
        == "thread 'third': cannot be started: Resource temporarily unavailable")
  }

  @Test("a stack size below the system's minimum is refused by the system")
  func stackTooSmall() {
    let thread = PipelineThread(name: "small", stackSize: 1) {}

    #expect(throws: ThreadError.cannotStart(thread: "small", errno: .invalidArgument)) {
      try thread.start()
    }
  }

  @Test("runs after its object was dropped")
  func outlivesItsObject() throws {
    let ended = Gate()
    let hold = Gate()

    try PipelineThread(name: "dropped") {
      hold.wait()
      ended.open()
    }.start()

    hold.open()
    ended.wait()
    #expect(ended.isOpen)
  }
}
