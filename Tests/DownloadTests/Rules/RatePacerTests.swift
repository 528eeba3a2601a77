import Testing

@testable import Download

@Suite("Paces")
struct RatePacerTests {
  @Test("bytes are due one after the other from the first ones on, and who is late catches up")
  func due() {
    let start = ContinuousClock.now
    var pacer = RatePacer(bytesPerSecond: 1000)

    #expect(pacer.due(after: 500, at: start) == start + .milliseconds(500))
    #expect(pacer.due(after: 250, at: start + .milliseconds(500)) == start + .milliseconds(750))
    #expect(pacer.due(after: 250, at: start + .seconds(3)) == start + .seconds(1))
  }
}
