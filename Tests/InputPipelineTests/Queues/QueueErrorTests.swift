import InputPipeline
import Testing

@Suite("Queue error")
struct QueueErrorTests {
  @Test(
    "An error says in one line which queue and what is wrong",
    arguments: [
      (QueueError.closed(queue: "names"), "queue 'names': is closed"),
      (.deadlineExceeded(queue: "ready"), "queue 'ready': deadline exceeded"),
      (
        .minimumNotBelowCapacity(queue: "mix", minAfterDequeue: 5, capacity: 5),
        "queue 'mix': the minimum after a dequeue must be below the capacity "
          + "(expected at least 0 and below 5, found 5)"
      ),
      (
        .minimumNotBelowCapacity(queue: "mix", minAfterDequeue: 0, capacity: .min),
        "queue 'mix': the minimum after a dequeue must be below the capacity "
          + "(expected at least 0 and below -9223372036854775808, found 0)"
      ),
    ])
  func description(_ error: QueueError, _ expected: String) {
    #expect("\(error)" == expected)
  }
}
