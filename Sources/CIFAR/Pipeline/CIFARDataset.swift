import InputPipeline
import SystemPackage

/// The records of one split, ready to be read.
public struct CIFARDataset: Sendable {
  /// Whose layout the records have.
  public let kind: DatasetKind
  /// The records, file by file, numbered in the order of the files.
  public let records: RecordCollection
  /// The names of the classes by fine label.
  public let classNames: [String]
  /// The names of the groups of classes by coarse label; empty for CIFAR-10.
  public let coarseNames: [String]
  /// Where all records lie already, for those that came out of an archive.
  public let store: ResidentRecordStore?

  /// Records from any sources.
  public init(
    kind: DatasetKind, parts: [RecordCollection.Part], classNames: [String]? = nil,
    coarseNames: [String]? = nil,
    store: ((RecordCollection) -> ResidentRecordStore)? = nil
  ) throws(RecordCollectionError) {
    self.kind = kind
    self.classNames = classNames ?? kind.facts.fineNames
    self.coarseNames = coarseNames ?? kind.facts.coarseNames
    records = try RecordCollection(recordLength: kind.facts.layout.recordLength, parts: parts)
    self.store = store?(records)
  }

  /// The records of files, all of which are looked at now: their kind, their size, not yet their labels.
  ///
  /// - Throws: ``DatasetError`` for the first file that is wrong.
  public init(kind: DatasetKind, files: [FilePath]) throws {
    try self.init(
      kind: kind,
      parts: files.map {
        .init(
          name: $0.lastComponent?.string ?? $0.string,
          source: try FileRecordSource(path: $0, layout: kind.facts.layout))
      })
  }

  /// The same for files that are named by strings.
  public init(kind: DatasetKind, files: [String]) throws {
    try self.init(kind: kind, files: files.map { FilePath($0) })
  }

  /// The records of files of the python version, whose labels are read now.
  ///
  /// Records are called as those of the binary version, so that listings do not tell one copy from the other.
  ///
  /// - Throws: ``DatasetError`` for the first file that is wrong.
  public init(kind: DatasetKind, pickledFiles files: [FilePath]) throws {
    try self.init(
      kind: kind,
      parts: files.map {
        .init(
          name: ($0.lastComponent?.string ?? $0.string) + ".bin",
          source: try PickledRecordSource(PickledBatch(path: $0, kind: kind)))
      })
  }

  /// What listings call a record: the name of its file and its index in it.
  public func name(ofRecord record: UInt32) -> String {
    let (part, index) = records.location(ofRecord: Int(record))
    return RecordName.text(index, in: records.parts[part].name)
  }
}

extension CIFARDataset {
  /// The generated records of a split, in the official numbers; no file is read.
  public init(generated kind: DatasetKind, split: Split) throws(RecordCollectionError) {
    try self.init(
      kind: kind,
      parts: SyntheticDataset(kind).recordFiles(split).map { .init(name: $0.name, source: $0.records) },
      classNames: SyntheticDataset.fineNames(kind), coarseNames: SyntheticDataset.coarseNames(kind))
  }
}
