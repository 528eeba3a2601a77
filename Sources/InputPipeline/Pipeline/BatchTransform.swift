/// How records become examples: the step that knows what the bytes of a record mean.
///
/// Implementations are called by several threads at once and depend on their arguments alone; a random choice is
/// a function of a seed, the epoch and the record's number, so that the same batch has the same bytes whoever
/// makes it.
public protocol BatchTransform: Sendable {
  /// Bytes of one record; at least 1.
  var recordLength: Int { get }
  /// Bytes of one example, its label apart.
  var exampleLength: Int { get }
  /// Labels of one example.
  var labelsPerExample: Int { get }

  /// Makes the examples of one batch.
  ///
  /// - Parameters:
  ///   - records: The records in the order of the batch.
  ///   - base: The address of slot 0; slot `n` lies `n` record lengths further on.
  ///   - examples: `records.count` examples one after the other; every byte is written.
  ///   - labels: The labels of the first example, then those of the second, …; every one is written.
  /// - Throws: Whatever is wrong with a record; the pipeline stops and reports it.
  func transform(
    _ records: ArraySlice<RecordReference>, at base: UnsafeRawPointer,
    into examples: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
  ) throws
}
