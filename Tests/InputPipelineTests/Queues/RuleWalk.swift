import PipeTestSupport
import Testing

@testable import InputPipeline

/// What one logical thread of a ``RuleWalk`` does, one operation after the other.
enum Operation: Hashable, Sendable {
  case enqueue(Int)
  case enqueueMany([Int])
  case dequeue
  case dequeueMany(Int)
  case dequeueUpTo(Int)
  case dequeueAvailable(ClosedRange<Int>)
  case close
  case closeCancelling
  /// The operation with a deadline, which may pass at any moment of its wait.
  indirect case withDeadline(Operation)
  /// The operation again and again, until the end of input.
  indirect case untilEnd(Operation)
}

/// One run of some logical threads on a queue without threads, in the order that a ``Choices`` decides.
///
/// A step is one event for the rules: a thread that does not wait makes its next call, or a deadline of a
/// waiting call passes.
struct RuleWalk: Hashable {
  /// How each call of each thread ended, in the order of its calls.
  var outcomes: [[Call.Outcome]]
  /// The elements in the order in which they were stored.
  var added: [Int] = []
  /// The elements in the order in which they were taken for good.
  var taken: [Int] = []
  var size = 0
  /// The threads that still wait although no other has anything left to do.
  var stuck: [Int] = []

  init<Base: ElementStore & ~Copyable>(
    _ scripts: [[Operation]], on queue: SteppedQueue<Base>, _ choices: Choices
  ) {
    outcomes = scripts.map { _ in [] }
    var rest = scripts.map { $0[...] }
    var calls: [Call?] = scripts.map { _ in nil }
    while true {
      // A thread whose call has ended goes on with its script, or ends with its input.
      for (thread, call) in calls.enumerated() {
        guard let call, case let outcome = queue.outcome(call), outcome != .waiting else { continue }
        outcomes[thread].append(outcome)
        calls[thread] = nil
        let isEnd = outcome == .endOfInput || outcome == .closed
        if case .untilEnd? = rest[thread].first, !isEnd { continue }
        rest[thread].removeFirst()
        if outcome == .closed { rest[thread] = [] }
      }
      let able = rest.indices.filter { thread in
        guard let operation = rest[thread].first else { return false }
        if case .withDeadline = operation { return true }
        return calls[thread] == nil
      }
      guard !able.isEmpty else { break }
      let thread = able[choices.choose(among: able.count)]
      if let call = calls[thread] {
        queue.giveUp(call)
      } else {
        calls[thread] = Self.start(rest[thread].first!, on: queue)
        if calls[thread] == nil { rest[thread].removeFirst() }
      }
    }
    stuck = calls.indices.filter { calls[$0] != nil }
    (added, taken, size) = (queue.added, queue.taken, queue.size)
  }

  private static func start<Base: ElementStore & ~Copyable>(
    _ operation: Operation, on queue: SteppedQueue<Base>
  ) -> Call? {
    switch operation {
    case .enqueue(let element): return queue.enqueue(element)
    case .enqueueMany(let elements): return queue.enqueueMany(elements)
    case .dequeue: return queue.dequeue()
    case .dequeueMany(let count): return queue.dequeueMany(count)
    case .dequeueUpTo(let count): return queue.dequeueUpTo(count)
    case .dequeueAvailable(let counts): return queue.dequeueAvailable(counts)
    case .withDeadline(let operation), .untilEnd(let operation): return start(operation, on: queue)
    case .closeCancelling:
      queue.closeCancelling()
      return nil
    case .close:
      let wasClosed = queue.isClosed
      let call = queue.close()
      if queue.outcome(call) == .waiting {
        expect(queue.isClosed == wasClosed, "a waiting close has not taken effect (1.22)")
      }
      return call
    }
  }
}

extension RuleWalk {
  /// Checks what holds for every queue and every interleaving: nothing stuck, lost, doubled or invented.
  func checkDelivery(of scripts: [[Operation]], _ choices: Choices) {
    let delivered = outcomes.joined().flatMap { outcome -> [Int] in
      if case .elements(let elements) = outcome { elements } else { [] }
    }
    expect(stuck == [], "threads \(stuck) are stuck\(after(choices))")
    expect(Set(added).count == added.count, "an element is inside twice\(after(choices))")
    expect(delivered.sorted() == taken.sorted(), "taken \(taken), delivered \(delivered)\(after(choices))")
    expect(added.count == taken.count + size, "an element is lost\(after(choices))")
    for (script, outcomes) in zip(scripts, outcomes) {
      // Cancelling closes end at once and have no outcome; a script that was cut short has fewer of them.
      for (operation, outcome) in zip(script.filter { $0 != .closeCancelling }, outcomes) {
        expect(isStored(operation, outcome), "\(operation) ended \(outcome), but \(added)\(after(choices))")
      }
    }
  }

  /// Checks that a first-in, first-out queue gave everything out in the order in which it came (part 2).
  func checkOrder(_ choices: Choices) {
    expect(added.prefix(taken.count) == taken[...], "\(added) came out as \(taken)\(after(choices))")
  }

  /// Whether the elements of one call are inside as far as its outcome says, and next to each other (1.6).
  private func isStored(_ operation: Operation, _ outcome: Call.Outcome) -> Bool {
    switch operation {
    case .withDeadline(let operation): return isStored(operation, outcome)
    case .enqueue(let element): return added.contains(element) == (outcome == .done)
    case .enqueueMany(let elements):
      let stored = elements.prefix { added.contains($0) }
      guard stored.count == elements.count || outcome != .done else { return false }
      guard let first = stored.first, let start = added.firstIndex(of: first) else { return true }
      return added[start...].prefix(stored.count) == stored
        && !elements.dropFirst(stored.count).contains(where: added.contains)
    default: return true
    }
  }

  private func after(_ choices: Choices) -> String {
    ", after the choices \(choices.history)"
  }
}
