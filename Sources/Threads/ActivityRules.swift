/// A piece of what a thread has done.
package struct ActivitySpan: Sendable, Equatable {
  package enum Kind: UInt8, Sendable {
    /// A piece of work, such as batch 17; without a name where nobody has given it one.
    case work
    /// A wait for room in the queue of this name.
    case room
    /// A wait for an element of the queue of this name.
    case element
    /// Something that takes no time.
    case event
  }

  package let kind: Kind
  package let name: String
  /// Tells pieces of one name apart; 0 for waits.
  package let number: Int
  /// In nanoseconds of ``ThreadActivity/now``.
  package let start: Int64
  package let end: Int64
}

/// The last spans of a thread.
package struct RecordedActivity: Sendable {
  /// The oldest first, without a gap between them.
  package let spans: [ActivitySpan]
  /// How many there were before them.
  package let droppedCount: Int
}

/// The rules of ``ThreadActivity``, free of threads and clocks; times are in nanoseconds.
struct ActivityRules {
  /// Unnamed work that is shorter belongs to the wait that follows: it is that of asking for it.
  static let shortestWork: Int64 = 1000

  private(set) var phase = ThreadActivity.Phase.unstarted
  /// When ``phase`` began.
  private(set) var since: Int64 = 0
  /// Up to here all time is in spans.
  private var told: Int64 = 0
  private var spans: SpanRing?

  /// Keeps the last spans from now on.
  mutating func record(_ capacity: Int) {
    spans = SpanRing(capacity: capacity)
  }

  /// Notes what the thread does from `now` on.
  mutating func enter(_ next: ThreadActivity.Phase, at now: Int64) {
    tell(until: now)
    phase = next
    since = now
  }

  /// Notes that a piece of work is done.
  mutating func finish(_ work: String, _ number: Int, at now: Int64) {
    spans?.append(ActivitySpan(kind: .work, name: work, number: number, start: told, end: now))
    told = now
  }

  /// Notes that something happens.
  mutating func mark(_ event: String, _ number: Int, at now: Int64) {
    spans?.append(ActivitySpan(kind: .event, name: event, number: number, start: now, end: now))
  }

  /// The spans up to now; the last of them may go on.
  func recorded(at now: Int64) -> RecordedActivity {
    var copy = self
    copy.tell(until: now)
    return RecordedActivity(spans: copy.spans?.ordered ?? [], droppedCount: copy.spans?.droppedCount ?? 0)
  }

  /// Makes a span of the present phase.
  private mutating func tell(until now: Int64) {
    switch phase {
    case .unstarted, .ended:
      told = now
    case .working:
      guard now - told >= Self.shortestWork else { return }
      add(.work, "")
    case .waiting(let wait):
      add(wait.side == .room ? .room : .element, wait.queue)
    }
    func add(_ kind: ActivitySpan.Kind, _ name: String) {
      spans?.append(ActivitySpan(kind: kind, name: name, number: 0, start: told, end: now))
      told = now
    }
  }
}

/// Spans in a bounded place: a new one takes that of the oldest.
private struct SpanRing {
  private let capacity: Int
  private var spans: [ActivitySpan] = []
  /// The place of the oldest, once all are taken.
  private var oldest = 0
  private(set) var droppedCount = 0

  init(capacity: Int) {
    self.capacity = capacity
  }

  mutating func append(_ span: ActivitySpan) {
    guard spans.count == capacity else { return spans.append(span) }
    spans[oldest] = span
    oldest = oldest + 1 == capacity ? 0 : oldest + 1
    droppedCount += 1
  }

  var ordered: [ActivitySpan] { Array(spans[oldest...] + spans[..<oldest]) }
}
