import InputPipeline
import Threads

/// The queue runner: threads that keep a queue full, and the two ways in which they end.
struct RunnerLesson: Lesson {
  /// How many threads work; at least 1.
  let threadCount: Int

  func tell(_ teller: Teller) throws {
    let threads = threadCount == 1 ? "One thread fills" : "\(threadCount) threads fill"
    try teller.title(
      "cifar-pipe demo runner: the runner that tops the queue up",
      """
      \(threads) a queue with room for \(RunnerScene.capacity), and a slow consumer empties it. Watch the \
      surplus wait on the left while the queue is full, and the two ways of closing.
      """)

    try teller.paragraph("1. Topping up, and the first way of closing: the end of input")
    let first = try RunnerScene(teller, threadCount: threadCount)
    defer { first.end() }
    try first.heading()
    try first.topUp()
    try first.drain()

    try teller.paragraph("2. The second way of closing: a stop is requested")
    teller.beginAgain()
    let second = try RunnerScene(teller, threadCount: threadCount)
    defer { second.end() }
    try second.stop()

    try teller.paragraph("3. An error in one thread stops all")
    teller.beginAgain()
    let third = try RunnerScene(teller, threadCount: threadCount)
    defer { third.end() }
    try third.fail()

    try teller.end(
      [
        "A full queue makes its producers wait, so the runner may be as fast as it likes: it needs no more "
          + "memory, and its surplus moves up as soon as there is room.",
        "At the end of input the last thread closes the queue, waiting elements go in first, and nothing is "
          + "lost. A stop or an error cancels what waits, and nothing hangs.",
        "The coordinator keeps the first error, and join throws it.",
      ], next: "cifar-pipe demo shuffle")
  }
}

/// What a thread of the runner is told to do.
private enum RunnerOrder: Sendable {
  case put(String)
  case end
  case fail(any Error)
}

/// A queue with a runner whose threads do what the script says.
private final class RunnerScene {
  static let capacity = 4

  private let teller: Teller
  private let queue = FIFOQueue<String>(name: "numbers", capacity: RunnerScene.capacity)
  private let turns: Turns<RunnerOrder>
  private let coordinator = Coordinator()
  private let threads: [PipelineThread]
  private var picture = QueuePicture(capacity: RunnerScene.capacity, elementWidth: 2, waitingShown: 2)
  /// How many elements each thread has made.
  private var madeCounts: [Int]

  /// The elements that each thread makes in the first scene: they fill the queue, and one of each thread waits.
  private var elementsPerThread: Int { (Self.capacity + threads.count - 1) / threads.count + 1 }

  init(_ teller: Teller, threadCount: Int) throws {
    self.teller = teller
    madeCounts = Array(repeating: 0, count: threadCount)
    let turns = Turns<RunnerOrder>(threadCount: threadCount)
    self.turns = turns
    let runner = QueueRunner(
      queue: queue,
      operations: (0..<threadCount).map { [queue] thread in
        {
          switch turns.next(thread) {
          case .put(let element): try queue.enqueue(element)
          case .fail(let error): throw error
          case .end, nil: return false
          }
          return true
        }
      })
    // First, so that threads also end where the system refuses one of them.
    coordinator.onStop { turns.end() }
    threads = try runner.start(coordinator)
    try teller.wait { (0..<threadCount).allSatisfy(turns.isIdle) }
  }

  /// Lets the threads go, whatever they do.
  func end() {
    coordinator.requestStop()
  }

  // MARK: The scenes

  func heading() throws {
    try teller.heading(Text.left("queue 'numbers'", picture.width), "what happens")
  }

  /// The threads fill the queue, and each waits with one element more.
  func topUp() throws {
    try step("the runner starts \(threads.count == 1 ? "thread" : "threads") \(names)")
    while picture.waiting.count < threads.count {
      for thread in threads.indices where picture.waiting.count < threads.count && !isWaiting(thread) {
        try teller.pass(1 / Double(threads.count))
        let element = try make(thread)
        let isFirst = picture.waiting == [element]
        try step(
          isWaiting(thread)
            ? isFirst ? "\(element) finds no room: the surplus waits" : "\(element) waits behind it"
            : "thread \(name(thread)) puts \(element) in")
      }
    }
    try teller.pass(2)
    try step(
      threads.count == 1 ? "the thread sleeps, and costs nothing" : "all threads sleep, and cost nothing")
  }

  /// The consumer takes everything; the threads come to their end of input one by one.
  func drain() throws {
    var ended = 0
    while true {
      try teller.pass(1)
      picture.taken = queue.dequeue() ?? QueuePicture.nothing
      guard picture.taken != QueuePicture.nothing else { break }
      let taken = picture.elements.removeFirst()
      precondition(taken == picture.taken, "a queue gives out in the order of arrival")
      let moved = picture.waiting.first
      let thread = moved.flatMap(maker)
      picture.moveUp()
      if let thread { try teller.wait { turns.isIdle(thread) } }
      try step("consumer takes \(taken)" + (moved.map { ": \($0) moves up at once" } ?? ""))
      guard let thread else { continue }
      picture.taken = ""
      try teller.pass(0.5)
      if madeCounts[thread] < elementsPerThread {
        let element = try make(thread)
        try step("\(element) is made, and waits")
      } else {
        turns.give(.end, to: thread)
        try teller.wait { threads[thread].hasEnded }
        ended += 1
        picture.isClosed = queue.isClosed
        try step(
          ended < threads.count
            ? "\(name(thread)) has no more input, and ends"
            : "\(name(thread)) ends, the last: CLOSES the queue")
      }
    }
    try step("empty: nil, the end of input")
    try teller.wait { threads.allSatisfy(\.hasEnded) }
    try coordinator.join()
    picture.taken = ""
    try step("join returns: nothing was lost")
  }

  /// Somebody has seen enough: what waits is cancelled.
  func stop() throws {
    while picture.waiting.count < threads.count { try makeRound() }
    try step("full again, and the input has no end")
    try teller.pass(1)
    picture.taken = queue.dequeue()!
    let thread = maker(picture.waiting[0])!
    picture.elements.removeFirst()
    picture.moveUp()
    try teller.wait { turns.isIdle(thread) }
    _ = try make(thread)
    try step("consumer takes \(picture.taken), and has enough")
    try teller.pass(1)
    coordinator.requestStop()
    try teller.wait { threads.allSatisfy(\.hasEnded) }
    let cancelled = picture.waiting
    (picture.waiting, picture.taken, picture.isClosed) = ([], "", queue.isClosed)
    try step(
      "it REQUESTS A STOP: the queue is closed, "
        + (cancelled.count == 1
          ? "the enqueue that waits ends" : "the \(cancelled.count) enqueues that wait end")
        + " with \"\(QueueError.closed(queue: queue.name))\"")
    try teller.pass(1)
    try coordinator.join()
    try step("join returns without an error: a stop is none")
  }

  /// The last thread fails while the others wait.
  func fail() throws {
    while picture.waiting.count < threads.count - 1 { try makeRound(leavingOut: threads.count - 1) }
    let last = name(threads.count - 1)
    try step(threads.count == 1 ? "a still reads" : "the surplus waits, \(last) still reads")
    try teller.pass(1)
    turns.give(.fail(LessonFailure(description: "data_batch_2.bin: cannot be read")), to: threads.count - 1)
    try teller.wait { threads.allSatisfy(\.hasEnded) }
    (picture.waiting, picture.isClosed) = ([], queue.isClosed)
    try step(
      "\(last) FAILS: the coordinator closes the queue, "
        + (threads.count == 1 ? "and the thread ends" : "what waits is cancelled, all threads end"))
    try teller.pass(1)
    do { try coordinator.join() } catch { try step("join throws \"\(error)\"") }
  }

  // MARK: Steps

  /// Lets a thread make its next element and put it in, or wait with it.
  private func make(_ thread: Int) throws -> String {
    madeCounts[thread] += 1
    let element = "\(name(thread))\(madeCounts[thread])"
    let waiting = picture.waiting.count
    turns.give(.put(element), to: thread)
    try teller.wait { turns.isIdle(thread) || queue.statistics.waitingEnqueueCount > waiting }
    picture.waiting.append(element)
    picture.moveUp()
    return element
  }

  /// Lets each thread that does not wait make an element, without a word.
  private func makeRound(leavingOut left: Int? = nil) throws {
    for thread in threads.indices where !isWaiting(thread) && thread != left { _ = try make(thread) }
  }

  private func isWaiting(_ thread: Int) -> Bool {
    picture.waiting.contains { maker($0) == thread }
  }

  /// The thread that has made an element.
  private func maker(_ element: String) -> Int? {
    threads.indices.first { element.hasPrefix(name($0)) }
  }

  private func name(_ thread: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "a") + UInt8(thread)))
  }

  private var names: String { threads.indices.map(name).joined(separator: ", ") }

  private func step(_ text: String) throws {
    let now = queue.statistics
    precondition(
      now.size == picture.elements.count && now.waitingEnqueueCount == picture.waiting.count,
      "the picture shows what is in the queue")
    try teller.step(picture.text, size: now.size, text)
  }
}

/// What goes wrong in a lesson.
private struct LessonFailure: Error, CustomStringConvertible {
  let description: String
}
