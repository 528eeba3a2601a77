/// Memory in which the bytes of records lie while references to them go through the queues.
///
/// A slot holds one record. The reader fills slots, workers read them through ``baseAddress``, and whoever is
/// done with a batch releases its slots.
public protocol RecordStore: Sendable {
  /// The data set whose records are stored.
  var records: RecordCollection { get }

  /// The address of slot 0; slot `n` lies `n` record lengths further on.
  var baseAddress: UnsafeRawPointer { get }

  /// The bytes reserved for records.
  var byteCount: Int { get }

  /// Reads records of one part and makes references to them. Called by one thread at a time.
  ///
  /// What ends a wait for free slots: ``release(_:)`` or ``cancel()``.
  ///
  /// - Parameters:
  ///   - range: Numbers in the whole data set, all within `part`.
  ///   - isReading: Whether the bytes are read now; otherwise the slots are ``RecordReference/absent``.
  /// - Throws: The source's error, or ``QueueError/closed(queue:storedCount:)`` after ``cancel()``.
  func references(
    to range: Range<Int>, part: Int, epoch: UInt32, isReading: Bool
  ) throws -> [RecordReference]

  /// Reads the records among `references` whose bytes were not read yet. Called by one thread at a time.
  func readAbsent(_ references: inout [RecordReference]) throws

  /// Gives the slots of records back that nobody will look at any more.
  func release(_ references: ArraySlice<RecordReference>) throws

  /// Ends every wait in this store.
  func cancel()

  /// What waits for free slots; `nil` where nothing ever waits.
  var statistics: QueueStatistics? { get }
}

/// What goes through the queues in the place of a record: its number, and where its bytes lie.
@frozen
public struct RecordReference: Sendable, Equatable {
  /// The record's number in the whole data set, in the order of its files.
  public let record: UInt32
  /// The place of its bytes in the ``RecordStore``, or ``absent``.
  public var slot: UInt32
  /// The pass over the data set that this reference belongs to; wraps after 2^32 passes.
  public let epoch: UInt32

  /// The slot of a record whose bytes were not read yet.
  public static let absent = UInt32.max

  /// A reference to a record.
  @inlinable
  public init(record: UInt32, slot: UInt32, epoch: UInt32) {
    self.record = record
    self.slot = slot
    self.epoch = epoch
  }
}
