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
