/// How batches pass from a blocking thread to waiting tasks, free of threads and tasks.
///
/// Tasks ask one after the other and get batches in that order. A batch whose asker has gone is kept for the
/// next one, so that a cancelled task loses nothing.
struct HandOverRules<Element, Waiter> {
  /// What a task gets.
  enum Answer {
    case batch(Element)
    case end
    case failure(any Error)
  }

  private var waiting: [(number: Int, waiter: Waiter)] = []
  private var kept: [Element] = []
  private var nextNumber = 0
  private var failure: (any Error)?
  private(set) var hasEnded = false

  /// Whether a task waits for a batch.
  var isAsked: Bool { !waiting.isEmpty }

  /// A number by which a request can be withdrawn.
  mutating func newNumber() -> Int {
    defer { nextNumber += 1 }
    return nextNumber
  }

  /// Asks for a batch; returns `nil` if `waiter` has to wait for the answer.
  mutating func request(_ number: Int, _ waiter: Waiter) -> Answer? {
    if !kept.isEmpty { return .batch(kept.removeFirst()) }
    guard hasEnded else {
      waiting.append((number, waiter))
      return nil
    }
    // The failure is told once; whoever asks again sees the end.
    defer { failure = nil }
    return failure.map { .failure($0) } ?? .end
  }

  /// Takes a request back; returns its waiter if it still waits.
  mutating func withdraw(_ number: Int) -> Waiter? {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return nil }
    return waiting.remove(at: index).waiter
  }

  /// Hands a batch to the first who asked and returns that waiter; keeps the batch if nobody waits.
  mutating func deliver(_ batch: Element) -> Waiter? {
    guard !waiting.isEmpty else {
      kept.append(batch)
      return nil
    }
    return waiting.removeFirst().waiter
  }

  /// Ends the batches, for `error` or in order; returns the waiters with their answers.
  ///
  /// The first end counts.
  mutating func end(because error: (any Error)?) -> [(Waiter, Answer)] {
    guard !hasEnded else { return [] }
    hasEnded = true
    failure = error
    let waiters = waiting.map(\.waiter)
    waiting = []
    return waiters.map { waiter in
      defer { failure = nil }
      return (waiter, failure.map { .failure($0) } ?? .end)
    }
  }
}
