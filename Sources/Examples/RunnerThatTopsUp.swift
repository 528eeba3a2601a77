import InputPipeline

/// Lets a queue runner offer six elements to a queue that has room for three.
public func runnerThatTopsUp() throws -> [String] {
  var lines: [String] = []
  let queue = FIFOQueue<Int>(name: "numbers", capacity: 3)

  // The operation is repeated until it returns false, which is the end of input.
  let epochs = try EpochCounter(limit: 1)
  let runner = QueueRunner(queue: queue) {
    guard epochs.next() != nil else { return false }
    try queue.enqueueMany([1, 2, 3, 4, 5, 6])
    return true
  }
  let coordinator = Coordinator()
  try runner.start(coordinator)

  // Three are inside and three wait outside; whenever one leaves, one of those moves up.
  while let number = queue.dequeue() {
    lines.append("took \(number), \(queue.size) inside")
  }

  // The runner closed the queue behind the last element, so its thread has ended or is about to.
  try coordinator.join()
  return lines
}
