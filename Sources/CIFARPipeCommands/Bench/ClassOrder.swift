import CIFAR
import InputPipeline

/// Records sorted by class, which a weak shuffle leaves visible.
enum ClassOrder {
  /// The same records in memory, those of class 0 first; the order within a class stays.
  ///
  /// - Throws: What reading the records throws, or `MemoryError`.
  static func sorted(_ dataset: CIFARDataset) throws -> CIFARDataset {
    let records = dataset.records
    let length = records.recordLength
    let unsorted = try MemoryRegion(byteCount: records.byteCount)
    for (index, part) in records.parts.enumerated() {
      try SignalTrap.checkpoint()
      let bytes = unsorted.bytes[
        records.firstRecords[index] * length..<records.firstRecords[index + 1] * length]
      try part.source.readRecords(
        in: 0..<part.source.recordCount, into: UnsafeMutableRawBufferPointer(rebasing: bytes))
    }
    let labelOffset = dataset.kind.facts.layout.labels.count - 1
    let order = (0..<records.recordCount).sorted {
      (unsorted.bytes[$0 * length + labelOffset], $0) < (unsorted.bytes[$1 * length + labelOffset], $1)
    }
    let region = try MemoryRegion(byteCount: records.byteCount)
    for (place, record) in order.enumerated() {
      try SignalTrap.checkpoint()
      (region.bytes.baseAddress! + place * length).copyMemory(
        from: unsorted.bytes.baseAddress! + record * length, byteCount: length)
    }
    let source = RegionRecords(region: region, offset: 0, recordCount: order.count, length: length)
    return try CIFARDataset(
      kind: dataset.kind, parts: [.init(name: "by-class", source: source)], classNames: dataset.classNames,
      coarseNames: dataset.coarseNames
    ) { ResidentRecordStore($0, alreadyIn: region) }
  }
}
