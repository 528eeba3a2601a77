import Testing

@testable import InputPipeline

/// A queue without threads: each call is one event for the rules, and what would wait is returned as waiting.
///
/// It does what ``StoredQueue`` does around the rules, the lock and the sleeping left out. A call that ended
/// counts as waiting until its condition was handed out to be signalled, so that a lost wake-up shows as a
/// call that never ends.
final class SteppedQueue<Base: ElementStore & ~Copyable> where Base.Element == Int {
  private var rules: QueueRules<LoggedStore<Base>>
  /// Whether calls that can end at once do so without a request, as in ``StoredQueue``.
  private let usesShortCut: Bool
  private var signalled: Set<ObjectIdentifier> = []

  init(_ store: consuming Base, minimum: Int = 0, usesShortCut: Bool = true) {
    rules = QueueRules(store: LoggedStore(store, minimum: minimum))
    self.usesShortCut = usesShortCut
  }

  var size: Int { rules.store.count }
  var isClosed: Bool { rules.isClosed }
  var counters: QueueCounters { rules.counters }
  var added: [Int] { rules.store.added }
  var taken: [Int] { rules.store.taken }

  func enqueue(_ element: Int) -> Call {
    if usesShortCut && event({ $0.enqueueNow(element) }) { return Call(ended: .done) }
    return submit(EnqueueRequest(.elements, elements: [element]))
  }

  func enqueueMany(_ elements: [Int]) -> Call {
    if elements.isEmpty || usesShortCut && event({ $0.enqueueNow(elements) }) { return Call(ended: .done) }
    return submit(EnqueueRequest(.elements, elements: elements))
  }

  func dequeue() -> Call {
    if usesShortCut, let element = event({ $0.dequeueNow() }) { return Call(ended: .elements([element])) }
    return submit(DequeueRequest(counts: 1...1, allowsFewer: false))
  }

  func dequeueMany(_ count: Int) -> Call { dequeue(count...count, allowsFewer: false) }

  func dequeueUpTo(_ count: Int) -> Call { dequeue(count...count, allowsFewer: true) }

  func dequeueAvailable(_ counts: ClosedRange<Int>) -> Call { dequeue(counts, allowsFewer: false) }

  func close() -> Call { submit(EnqueueRequest(.close)) }

  func closeCancelling() { event { $0.closeCancelling() } }

  /// The deadline of a waiting call passes.
  func giveUp(_ call: Call) {
    switch call.request {
    case .enqueue(let request): event { $0.withdraw(request) }
    case .dequeue(let request): event { $0.withdraw(request) }
    case .none: break
    }
    call.gaveUp = true
  }

  /// How a call stands now.
  func outcome(_ call: Call) -> Call.Outcome {
    let outcome = call.outcome
    guard outcome != .waiting && outcome != .gaveUp, let condition = call.condition else { return outcome }
    return signalled.contains(ObjectIdentifier(condition)) ? outcome : .waiting
  }

  private func dequeue(_ counts: ClosedRange<Int>, allowsFewer: Bool) -> Call {
    if counts.upperBound == 0 { return Call(ended: .elements([])) }
    if usesShortCut, let elements = event({ $0.dequeueNow(counts) }) {
      return Call(ended: .elements(elements))
    }
    return submit(DequeueRequest(counts: counts, allowsFewer: allowsFewer))
  }

  private func submit(_ request: EnqueueRequest<Int>) -> Call {
    event {
      $0.submit(request)
      if request.outcome == nil { request.ended = Condition() }
    }
    return Call(.enqueue(request))
  }

  private func submit(_ request: DequeueRequest<Int>) -> Call {
    event {
      $0.submit(request)
      if request.outcome == nil { request.ended = Condition() }
    }
    return Call(.dequeue(request))
  }

  private func event<Result>(_ body: (inout QueueRules<LoggedStore<Base>>) -> Result) -> Result {
    defer { for condition in rules.takeEnded() { signalled.insert(ObjectIdentifier(condition)) } }
    return body(&rules)
  }
}

/// One call of a ``SteppedQueue``.
final class Call {
  enum Outcome: Hashable {
    case waiting
    case done
    case closed
    case elements([Int])
    case endOfInput
    case gaveUp
  }

  enum Request {
    case enqueue(EnqueueRequest<Int>)
    case dequeue(DequeueRequest<Int>)
    case none
  }

  fileprivate let request: Request
  private let ended: Outcome?
  fileprivate var gaveUp = false

  fileprivate init(_ request: Request) {
    self.request = request
    ended = nil
  }

  fileprivate init(ended: Outcome) {
    request = .none
    self.ended = ended
  }

  fileprivate var condition: Condition? {
    switch request {
    case .enqueue(let request): request.ended
    case .dequeue(let request): request.ended
    case .none: nil
    }
  }

  fileprivate var outcome: Outcome {
    if let ended { return ended }
    switch request {
    case .enqueue(let request):
      switch request.outcome {
      case .done: return .done
      case .closed: return .closed
      case nil: return gaveUp ? .gaveUp : .waiting
      }
    case .dequeue(let request):
      switch request.outcome {
      case .elements(let elements): return .elements(elements)
      case .endOfInput: return .endOfInput
      case nil: return gaveUp ? .gaveUp : .waiting
      }
    case .none: return .waiting
    }
  }
}
