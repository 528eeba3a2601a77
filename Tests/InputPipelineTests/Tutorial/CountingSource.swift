import InputPipeline

/// A closure that gives the numbers `0 ..< limit` once each, to any number of threads.
func counting(to limit: Int) throws -> @Sendable () -> Int? {
  let counter = try EpochCounter(limit: limit)
  return { counter.next() }
}
