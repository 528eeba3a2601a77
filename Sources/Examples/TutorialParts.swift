import InputPipeline
import SystemPackage

/// Puts the tutorial's parts together by hand: file names, a reader, a batcher that shuffles.
///
/// - Parameter files: CIFAR-10 record files.
/// - Returns: How many records each batch of one epoch has; what is too little for a batch is dropped.
public func batchSizesOfParts(files: [FilePath]) throws -> [Int] {
  let coordinator = Coordinator()
  let names = try InputProducer(names: files, epochs: 1, seed: 1)
  let reader = FixedLengthRecordReader(try RecordWindow(recordLength: 3073))
  let batcher = try Batcher.shuffleBatch(
    ExampleSource(one: { try reader.read(from: names.queue) }),
    batchSize: 128, capacity: 1000 + 3 * 128, minAfterDequeue: 1000, seed: 1, threads: 2)

  try names.start(coordinator)
  try batcher.start(coordinator)
  var sizes: [Int] = []
  for batch in batcher {
    // Each record has a key, such as data_batch_1.bin:17, and the bytes of label and pixels.
    sizes.append(batch.count)
  }
  try coordinator.join()
  return sizes
}
