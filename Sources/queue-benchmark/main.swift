import InputPipeline

// Times of queue operations without another thread: a line for each, its name and nanoseconds an element.
// The best of several repetitions, as everything else that happens on a machine only adds to them.

let repetitions = 15

/// Prints the best time of `body`, which passes `elements` elements through a queue.
func measure(_ name: String, elements: Int, _ body: () throws -> Void) rethrows {
  var best = Double.infinity
  for _ in 0..<repetitions {
    let start = ContinuousClock.now
    try body()
    best = min(best, Double((ContinuousClock.now - start).components.attoseconds) / 1e9)
  }
  let hundredths = Int((best / Double(elements) * 100).rounded())
  print("\(name)\t\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)")
}

/// Measures one element at a time and blocks of a batch's length; `queue` holds more than one block already.
func measure(_ name: String, _ queue: some BlockingQueue<RecordReference>) throws {
  let singles = 200_000
  let element = RecordReference(record: 1, slot: 1, epoch: 1)
  try measure("\(name), one element", elements: singles) {
    for _ in 0..<singles {
      try queue.enqueue(element)
      _ = queue.dequeue()
    }
  }
  let blocks = 20_000
  let block = [RecordReference](repeating: element, count: 128)
  try measure("\(name), blocks of \(block.count), an element", elements: blocks * block.count) {
    for _ in 0..<blocks {
      try queue.enqueueMany(block)
      _ = queue.dequeueMany(block.count)
    }
  }
}

try measure("FIFOQueue", FIFOQueue<RecordReference>(name: "fifo", capacity: 1024))
let shuffle = try RandomShuffleQueue<RecordReference>(
  name: "shuffle", capacity: 14_096, minAfterDequeue: 10_000, seed: 1)
try shuffle.enqueueMany(
  (0..<12_000).map { RecordReference(record: $0, slot: $0, epoch: 1) })
try measure("RandomShuffleQueue", shuffle)
