import Testing

@testable import Download

@Suite("pauses between tries")
struct RetryPolicyTests {
  @Test(
    "pauses double up to a limit",
    arguments: [
      (1, 500), (2, 1000), (3, 2000), (6, 16_000), (7, 30_000), (1000, 30_000),
    ])
  func doubles(failures: Int, milliseconds: Int) {
    #expect(RetryPolicy().pause(afterFailures: failures, requested: nil) == .milliseconds(milliseconds))
  }

  @Test("a longer pause is kept when the server asks for it, a shorter one is not")
  func requested() {
    #expect(RetryPolicy().pause(afterFailures: 1, requested: .seconds(9)) == .seconds(9))
    #expect(RetryPolicy().pause(afterFailures: 3, requested: .seconds(1)) == .seconds(2))
  }
}
