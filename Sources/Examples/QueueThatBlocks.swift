import InputPipeline

/// Fills a queue, empties it, and shows what waiting means on both sides.
public func queueThatBlocks() throws -> [String] {
  var lines: [String] = []
  let queue = FIFOQueue<Int>(name: "numbers", capacity: 3)
  try queue.enqueueMany([1, 2, 3])

  // The queue is full. Without its deadline this line would wait until someone takes an element out.
  do { try queue.enqueue(4, deadline: .now + .milliseconds(20)) } catch { lines.append("\(error)") }

  for _ in 1...3 {
    lines.append("took \(queue.dequeue()!), \(queue.size) left")
  }

  // The queue is empty. Without its deadline this line would wait until someone puts an element in.
  do { _ = try queue.dequeue(deadline: .now + .milliseconds(20)) } catch { lines.append("\(error)") }

  // A thread of its own puts one in and says that there will be no more.
  let producer = PipelineThread(name: "producer") {
    do { try queue.enqueue(5) } catch { preconditionFailure("nobody else closes the queue: \(error)") }
    queue.close()
  }
  try producer.start()
  lines.append("took \(queue.dequeue()!)")
  lines.append(queue.dequeue() == nil ? "closed and empty: the end of input" : "more")
  producer.join()
  return lines
}
