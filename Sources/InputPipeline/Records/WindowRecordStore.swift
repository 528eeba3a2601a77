/// A ``RecordStore`` with room for the records that are on their way, and no more.
///
/// Memory depends on the queues, not on the data set. A record's slot is free again as soon as its batch is made.
public final class WindowRecordStore: RecordStore {
  /// The most records that ``references(to:part:epoch:isReading:)`` takes at once: about 1.5 MB of CIFAR.
  static let longestRange = 512

  /// The data set whose records are stored.
  public let records: RecordCollection

  private let region: MemoryRegion
  /// Where a range of records lands before it is spread over free slots.
  private let landing: MemoryRegion
  private let freeSlots: FIFOQueue<UInt32>

  /// The bytes of a store for `recordCount` records on their way.
  static func byteCount(_ records: RecordCollection, recordCount: Int) -> Int {
    (recordCount + 2 * longestRange) * records.recordLength
  }

  /// A store for `recordCount` records on their way, plus the range that is being read.
  ///
  /// - Throws: ``MemoryError``.
  public init(_ records: RecordCollection, recordCount: Int) throws(MemoryError) {
    self.records = records
    // The range that is read has its slots although every other record may be on its way still.
    let slotCount = recordCount + Self.longestRange
    region = try MemoryRegion(byteCount: slotCount * records.recordLength)
    landing = try MemoryRegion(byteCount: Self.longestRange * records.recordLength)
    freeSlots = FIFOQueue(name: "free-slots", capacity: .max)
    do { try freeSlots.enqueueMany(Array(0..<UInt32(slotCount))) } catch {
      preconditionFailure("a new queue refuses elements: \(error)")
    }
  }

  /// The address of slot 0.
  public var baseAddress: UnsafeRawPointer { UnsafeRawPointer(region.bytes.baseAddress!) }

  /// The bytes reserved for records.
  public var byteCount: Int { region.bytes.count + landing.bytes.count }

  /// The free slots.
  public var statistics: QueueStatistics? { freeSlots.statistics }

  /// Reads records into free slots; waits for slots if there are none.
  public func references(
    to range: Range<Int>, part: Int, epoch: UInt32, isReading: Bool
  ) throws -> [RecordReference] {
    precondition(range.count <= Self.longestRange, "a range is longer than the window allows")
    guard isReading else {
      return range.map {
        RecordReference(record: UInt32($0), slot: RecordReference.absent, epoch: epoch)
      }
    }
    let slots = try takeSlots(range.count)
    // Slots come back in the order of batches and lie apart, but a source wants one piece of memory: a copy in
    // the cache costs less than a read for each record.
    let bytes = UnsafeMutableRawBufferPointer(
      rebasing: landing.bytes[..<(range.count * records.recordLength)])
    let first = records.firstRecords[part]
    try records.parts[part].source.readRecords(
      in: range.lowerBound - first..<range.upperBound - first, into: bytes)
    return zip(range, slots).map { record, slot in
      let source = bytes.baseAddress! + (record - range.lowerBound) * records.recordLength
      address(of: slot).copyMemory(from: source, byteCount: records.recordLength)
      return RecordReference(record: UInt32(record), slot: slot, epoch: epoch)
    }
  }

  /// Reads one by one those records that were passed over before.
  public func readAbsent(_ references: inout [RecordReference]) throws {
    // Few, and drawn by chance from the whole window: hardly two of them are neighbours.
    let absent = references.indices.filter { references[$0].slot == RecordReference.absent }
    for index in absent {
      let slot = try takeSlots(1)[0]
      let (part, record) = records.location(ofRecord: Int(references[index].record))
      try records.parts[part].source.readRecords(
        in: record..<record + 1,
        into: UnsafeMutableRawBufferPointer(start: address(of: slot), count: records.recordLength))
      references[index].slot = slot
    }
  }

  /// Makes the slots of `references` free again.
  public func release(_ references: ArraySlice<RecordReference>) throws {
    let slots = references.lazy.map(\.slot).filter { $0 != RecordReference.absent }
    try freeSlots.enqueueMany(Array(slots))
  }

  /// Ends a wait for free slots.
  public func cancel() {
    freeSlots.close(cancelPendingEnqueues: true)
  }

  private func takeSlots(_ count: Int) throws(QueueError) -> [UInt32] {
    guard let slots = freeSlots.dequeueMany(count) else { throw .closed(queue: freeSlots.name) }
    return slots
  }

  private func address(of slot: UInt32) -> UnsafeMutableRawPointer {
    region.bytes.baseAddress! + Int(slot) * records.recordLength
  }
}
