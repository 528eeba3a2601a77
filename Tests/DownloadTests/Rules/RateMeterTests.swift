import Testing

@testable import Download

@Suite("rates are measured over the last window")
struct RateMeterTests {
  @Test("a steady rate is measured exactly")
  func steady() {
    var meter = RateMeter(window: .seconds(10), start: .seconds(5))

    for second in 1...30 { meter.note(second * 1000, at: .seconds(5 + second)) }

    #expect(meter.rate(30_000, at: .seconds(35)) == 1000)
  }

  @Test("what came long ago does not hide a silence")
  func silence() {
    var meter = RateMeter(window: .seconds(10), start: .zero)

    meter.note(1_000_000, at: .seconds(1))
    for tenth in 11...120 { meter.note(1_000_000, at: .milliseconds(tenth * 100)) }

    #expect(meter.rate(1_000_000, at: .seconds(12)) == 0)
  }

  @Test("nothing is concluded before a whole window has passed")
  func conclusive() {
    let meter = RateMeter(window: .seconds(10), start: .seconds(3))

    #expect(!meter.isConclusive(at: .milliseconds(12_999)))
    #expect(meter.isConclusive(at: .seconds(13)))
    #expect(meter.rate(0, at: .seconds(3)) == 0)
  }
}
