import InputPipeline

/// Takes four elements of an endless input, then stops the thread that waits for room.
public func runnerThatIsStopped() throws -> [String] {
  var lines: [String] = []
  let queue = FIFOQueue<Int>(name: "numbers", capacity: 3)
  let numbers = try EpochCounter()
  let runner = QueueRunner(queue: queue) {
    try queue.enqueue(numbers.next()!)
    return true
  }
  let coordinator = Coordinator()
  try runner.start(coordinator)

  for _ in 1...4 { lines.append("took \(queue.dequeue()!)") }

  // Closes the queue and cancels the enqueue that waits in it; the runner's thread then ends.
  coordinator.requestStop()
  try coordinator.join(gracePeriod: .seconds(2))
  lines.append(queue.isClosed ? "stopped" : "still open")
  return lines
}
