import Testing

@testable import Download

@Suite("sources take turns")
struct MirrorScheduleTests {
  private let failure = SourceFailure.status(503, retryAfter: nil)

  private func ask(_ index: Int, _ pause: Duration = .zero, hurried: Bool = true) -> MirrorSchedule.Step {
    .ask(index: index, pause: pause, isHurried: hurried)
  }

  @Test("the first source comes first, and one alone need not hurry")
  func first() {
    #expect(MirrorSchedule(count: 3, policy: RetryPolicy()).next(at: .zero) == ask(0))
    #expect(MirrorSchedule(count: 1, policy: RetryPolicy()).next(at: .zero) == ask(0, hurried: false))
  }

  @Test("a source alone is asked again after doubling pauses, then no more")
  func pauses() {
    var schedule = MirrorSchedule(count: 1, policy: RetryPolicy())
    var pauses: [Duration] = []

    while case .ask(0, let pause, _) = schedule.next(at: .zero) {
      pauses.append(pause)
      schedule.failed(0, failure, newByteCount: 0, staying: false, at: .zero)
    }

    #expect(pauses == [0, 500, 1000, 2000, 4000].map { .milliseconds($0) })
    #expect(schedule.sources[0].tryCount == 5)
  }

  @Test("useful tries begin a new row of failures")
  func progress() {
    var schedule = MirrorSchedule(count: 1, policy: RetryPolicy())

    for _ in 0..<20 { schedule.failed(0, failure, newByteCount: 1 << 20, staying: true, at: .zero) }

    #expect(schedule.next(at: .zero) == ask(0, .milliseconds(500), hurried: false))
  }

  @Test("another source is asked while one that failed must wait")
  func others() {
    var schedule = MirrorSchedule(count: 2, policy: RetryPolicy())

    schedule.failed(0, failure, newByteCount: 0, staying: false, at: .zero)
    #expect(schedule.next(at: .zero) == ask(1))
    schedule.failed(1, failure, newByteCount: 0, staying: false, at: .milliseconds(100))

    #expect(schedule.next(at: .milliseconds(100)) == ask(0, .milliseconds(400)))
  }

  @Test("a source whose connection broke is asked again before the others")
  func staying() {
    var schedule = MirrorSchedule(count: 2, policy: RetryPolicy())

    schedule.failed(0, failure, newByteCount: 10, staying: true, at: .zero)

    #expect(schedule.next(at: .zero) == ask(0, .milliseconds(500)))
  }

  @Test("a source that gave up is never asked again")
  func givenUp() {
    var schedule = MirrorSchedule(count: 2, policy: RetryPolicy())

    schedule.gaveUp(0, failure)
    #expect(schedule.next(at: .zero) == ask(1, hurried: false))
    schedule.gaveUp(1, failure)

    #expect(schedule.next(at: .zero) == .exhausted)
  }

  @Test("slow sources are left, and the fastest of them is used when no other is there")
  func slow() {
    var schedule = MirrorSchedule(count: 3, policy: RetryPolicy())

    schedule.leftForRate(0, rate: 100)
    #expect(schedule.next(at: .zero) == ask(1))
    schedule.leftForRate(1, rate: 300)
    #expect(schedule.next(at: .zero) == ask(2))
    schedule.leftForRate(2, rate: 300)

    #expect(schedule.next(at: .zero) == ask(1, hurried: false))
  }

  @Test("bytes that do not fit are asked for once more, and only once")
  func startingOver() {
    var schedule = MirrorSchedule(count: 1, policy: RetryPolicy())

    schedule.startedOver(0, failure)
    #expect(schedule.next(at: .zero) == ask(0, hurried: false))
    schedule.startedOver(0, failure)

    #expect(schedule.next(at: .zero) == .exhausted)
  }

  @Test("a source that asks for a very long pause is left")
  func longPause() {
    var schedule = MirrorSchedule(count: 1, policy: RetryPolicy())

    schedule.failed(
      0, .status(503, retryAfter: .seconds(86_400)), newByteCount: 0, staying: false, at: .zero)

    #expect(schedule.next(at: .zero) == .exhausted)
  }
}
