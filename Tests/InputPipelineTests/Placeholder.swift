import InputPipeline
import Testing

@Test("quick speed look") func speed() throws {
  let q = FIFOQueue<UInt64>(name: "q", capacity: 64)
  let c = ContinuousClock()
  let t = try c.measure { for i in 0..<1_000_000 { try q.enqueue(UInt64(i)); _ = q.dequeue() } }
  print("single", t / 1_000_000)
  let s = try RandomShuffleQueue<UInt64>(name: "s", capacity: 14096, minAfterDequeue: 10000, seed: 1, drawing: .inTurns)
  let block = (0..<128).map { UInt64($0) }
  let t2 = try c.measure { for _ in 0..<(14096 / 128) { try s.enqueueMany(block) }; try s.enqueueMany(Array(block[0..<16])) }
  print("fill", t2)
  var n = 0
  let t3 = c.measure { for _ in 0..<32 { n += s.dequeueMany(128)!.count } }
  print("draw each", t3 / n, n)
}
