import InputPipeline
import Threads

/// The queue that blocks: the first program of the tutorial, and what ends its wait.
struct FIFOLesson: Lesson {
  func tell(_ teller: Teller) throws {
    try teller.title(
      "cifar-pipe demo fifo: the queue that blocks",
      """
      A queue with room for 10 holds three numbers, and a consumer takes one after the other. Watch its \
      fourth take, and the three things that end a wait. Numbers come in on the left and leave on the right; \
      '?' is a consumer that waits, '||' a closed queue.
      """)
    let script = try Script(teller)
    // Nobody waits any longer than the lesson.
    defer { script.queue.close(cancelPendingEnqueues: true) }
    try script.takeThree()
    try script.endWaitByElement()
    try script.endWaitByDeadline()
    try script.endWaitByClose()
    try teller.end(
      [
        "An empty queue makes its consumer wait, and a full one its producer: that is how threads of "
          + "different speeds work together without losing anything.",
        "Every wait ends by an element, a deadline or a close. After a deadline nothing is lost.",
        "The end of input is no error: a closed queue is emptied, then gives nil.",
      ], next: "cifar-pipe demo runner")
  }
}

/// The steps of the lesson on one queue.
private final class Script {
  let queue = FIFOQueue<Int>(name: "numbers", capacity: 10)
  private let teller: Teller
  private var picture = QueuePicture(capacity: 10, elementWidth: 1)
  /// How long the consumer may wait, in seconds.
  private static let patience = 2.0

  init(_ teller: Teller) throws {
    self.teller = teller
    try teller.heading(Text.left("queue 'numbers'", picture.width), "what happens")
    try queue.enqueueMany([1, 2, 3])
    picture.elements = ["1", "2", "3"]
    try step("three numbers are put in")
  }

  /// The consumer takes all that is there.
  func takeThree() throws {
    for number in 1...3 {
      try teller.pass(1)
      let taken = try beginTake().result(teller)
      precondition(taken == .success(number), "a queue gives out in the order of arrival")
      picture.elements.removeFirst()
      picture.taken = String(number)
      try step("the consumer takes \(number)")
    }
  }

  func endWaitByElement() throws {
    try teller.pass(1)
    let take = try beginWaitingTake()
    try step("it wants a fourth, and waits")
    try teller.pass(2)
    try step("the tutorial's program hangs here")
    try teller.pass(1)
    try queue.enqueue(4)
    try end(take, .success(4), "4")
    try step("AN ELEMENT ends the wait: 4 is put in, and the consumer has it at once")
  }

  func endWaitByDeadline() throws {
    try teller.pass(1)
    // Without pauses the deadline is near as well, and passes all the same.
    let deadline = ContinuousClock.now + max(teller.real(Self.patience), .milliseconds(1))
    let take = try beginTake(deadline: deadline)
    picture.taken = QueuePicture.awaited
    try step("it waits again, \(Int(Self.patience)) s at the most")
    try teller.pass(Self.patience)
    try end(take, .failure(.deadlineExceeded(queue: queue.name)), "")
    try step(
      "A DEADLINE ends the wait: \"\(QueueError.deadlineExceeded(queue: queue.name))\"")
  }

  func endWaitByClose() throws {
    try teller.pass(1)
    let take = try beginWaitingTake()
    try step("it waits, without a deadline")
    try teller.pass(2)
    queue.close()
    picture.isClosed = true
    try end(take, .success(nil), QueuePicture.nothing)
    try step("A CLOSE ends the wait: nothing comes any more, and nil says so")
    try teller.pass(1)
    do throws(QueueError) { try queue.enqueue(5) } catch {
      picture.taken = ""
      try step("who comes too late is refused: \"\(error)\"")
    }
  }

  /// Lets the consumer take a number.
  private func beginTake(
    deadline: ContinuousClock.Instant? = nil
  ) throws -> WaitingCall<Result<Int?, QueueError>> {
    try WaitingCall("consumer") { [queue] in
      Result { () throws(QueueError) in try queue.dequeue(deadline: deadline) }
    }
  }

  /// Lets the consumer take a number that is not there, and looks until it waits.
  private func beginWaitingTake() throws -> WaitingCall<Result<Int?, QueueError>> {
    let take = try beginTake()
    try teller.wait { queue.statistics.waitingDequeueCount == 1 }
    picture.taken = QueuePicture.awaited
    return take
  }

  /// Waits for the end of a take, which is the expected one.
  private func end(
    _ take: WaitingCall<Result<Int?, QueueError>>, _ expected: Result<Int?, QueueError>, _ taken: String
  ) throws {
    let found = try take.result(teller)
    precondition(found == expected, "a wait ended as \(found)")
    picture.taken = taken
  }

  private func step(_ text: String) throws {
    precondition(queue.size == picture.elements.count, "the picture shows what is in the queue")
    try teller.step(picture.text, size: queue.size, text)
  }
}
