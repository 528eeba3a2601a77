import InputPipeline

extension CIFARDataset {
  /// The generated records of a split, in the official numbers; no file is read.
  public init(generated kind: DatasetKind, split: Split) throws(RecordCollectionError) {
    try self.init(
      kind: kind,
      parts: SyntheticDataset(kind).recordFiles(split).map { .init(name: $0.name, source: $0.records) },
      classNames: SyntheticDataset.fineNames(kind), coarseNames: SyntheticDataset.coarseNames(kind))
  }
}
