import Platform
import PipeTestSupport
import SystemPackage
import Testing
import Threads

@Suite("A pipeline thread", .timeLimit(.minutes(1)))
struct PipelineThreadTests {
  @Test("runs its body on another thread, and join waits for the end")
  func runsItsBody() throws {
    let log = Monitor<[String]>([])
    let caller = pthread_self()
    let thread = PipelineThread(name: "worker") {
      log.withLock { $0.append(pthread_equal(pthread_self(), caller) == 0 ? "elsewhere" : "here") }
    }

    try thread.start()

    #expect(thread.join())
    #expect(log.withLock { $0 } == ["elsewhere"])
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
    let log = Monitor<[String]>([])
    let thread = PipelineThread(name: "QueueRunnerThread-names-0", kernelName: "names-0-and-more-text") {
      let file = try? FileDescriptor.open("/proc/thread-self/comm", .readOnly)
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = bytes.withUnsafeMutableBytes { (try? file?.read(into: $0)) ?? 0 }
      try? file?.close()
      log.withLock { $0.append(String(decoding: bytes[..<count], as: UTF8.self)) }
    }

    try thread.start()
    thread.join()

    #expect(log.withLock { $0 } == ["names-0-and-mor\n"])
    #expect(thread.name == "QueueRunnerThread-names-0")
  }

  @Test("a start that the system refuses says which thread and why, and the body never runs (B28)")
  func refusedStart() {
    let log = Monitor<[String]>([])
    let thread = PipelineThread(name: "third") { log.withLock { $0.append("ran") } }
    let refusing = ThreadStarter { (_, _, _) throws(Errno) in throw .resourceTemporarilyUnavailable }

    #expect(throws: ThreadError.cannotStart(thread: "third", errno: .resourceTemporarilyUnavailable)) {
      try thread.start(with: refusing)
    }

    #expect(!thread.isAlive && thread.join())
    #expect(log.withLock { $0 } == [])
    #expect(
      "\(ThreadError.cannotStart(thread: "third", errno: .resourceTemporarilyUnavailable))"
        == "thread 'third': cannot be started: Resource temporarily unavailable")
  }

  @Test("a join that waits for a start ends when the system refuses it")
  func joinDuringRefusal() throws {
    let thread = PipelineThread(name: "refused") {}
    let joiner = Monitor<Background<Bool>?>(nil)
    let refusing = ThreadStarter { (_, _, _) throws(Errno) in
      let status = Monitor<FileDescriptor?>(nil)
      let isThere = Condition()
      joiner.withLock {
        $0 = Background {
          let file = try? FileDescriptor.open("/proc/thread-self/stat", .readOnly)
          status.withLock(waking: isThere) { $0 = file }
          return thread.join()
        }
      }
      let file = status.wait(on: isThere) { $0 }
      while !Self.isAsleep(file) { sched_yield() }
      throw .resourceTemporarilyUnavailable
    }

    #expect(throws: ThreadError.self) { try thread.start(with: refusing) }

    #expect(joiner.withLock { $0 }?.value == true)
  }

  /// Whether the thread with this status file of the kernel waits for something.
  private static func isAsleep(_ status: FileDescriptor) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = bytes.withUnsafeMutableBytes { (try? status.read(fromAbsoluteOffset: 0, into: $0)) ?? 0 }
    return String(decoding: bytes[..<count], as: UTF8.self).contains(") S ")
  }

  @Test("a second start ends the program with a line that names the thread")
  func startedTwice() async {
    let result = await #expect(processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]) {
      let thread = PipelineThread(name: "twice") {}
      try thread.start()
      try thread.start()
    }
    let message = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
    #expect(message?.contains("thread 'twice': started twice\n") == true)
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
    // A body that does not run is noticed by the time limit.
    ended.wait()
  }
}
