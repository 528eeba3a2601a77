import FileSupport
import SystemPackage

/// Where the records of a split are.
public enum DatasetLocation: Sendable, Equatable {
  /// Record files in a directory, all present, in the order in which their records are numbered.
  ///
  /// The files themselves are not looked at yet; ``FileRecordSource`` does that.
  case files([FilePath])
  /// The same for files of the python version; ``PickledBatch`` looks at them.
  case pickledFiles([FilePath])
  /// A regular file, presumably an archive.
  case archive(FilePath)

  /// Looks for the records of a split at `path`.
  ///
  /// `path` may be a directory with record files, a directory that has the official directory in it, or a
  /// file. If a directory has record files, it is the one, and what is not there is missing. Where both versions
  /// are, it is the binary one.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/notAFile(path:kind:)`` if `path` is
  ///   neither file nor directory, ``DatasetError/recordFile(path:)``, ``DatasetError/missingFiles(directory:names:)``, or
  ///   ``DatasetError/noRecordFiles(directory:kind:other:)``.
  public init(at path: FilePath, kind: DatasetKind, split: Split) throws(DatasetError) {
    let found: FileKind
    do {
      found = try FileStatus(at: path).kind
    } catch {
      throw .unreadable(error)
    }
    switch found {
    case .regular:
      if Self.isRecordFile(path) { throw .recordFile(path: path) }
      self = .archive(path)
    case .directory: self = try Self.recordFiles(in: path, kind: kind, split: split)
    default: throw .notAFile(path: path, kind: found)
    }
  }

  /// Whether a regular file is one of records, by its name; `train` and `test` may also be an archive's.
  private static func isRecordFile(_ path: FilePath) -> Bool {
    guard let name = RecordFileName(path.lastComponent?.string ?? "") else { return false }
    return name.variant == .binary || name.kind == .cifar10
  }

  /// The data set whose record files the directory `path`, or an official directory in it, has; the first one where there
  /// are several, and `nil` for anything else.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)``.
  public static func kind(ofDirectory path: FilePath) throws(DatasetError) -> DatasetKind? {
    let names = try names(in: path)
    let present = names.compactMap { RecordFileName($0) }
    func hasRecords(_ kind: DatasetKind, _ variant: DatasetVariant) -> Bool {
      // `train` and `test` alone may be anything.
      present.containsRecords(of: kind, variant)
        && ((kind, variant) != (.cifar100, .python) || names.contains("meta"))
    }
    return DatasetKind.allCases.first { kind in DatasetVariant.allCases.contains { hasRecords(kind, $0) } }
      ?? DatasetKind.allCases.first { kind in
        DatasetVariant.allCases.contains { names.contains(kind.facts.directoryName($0)) }
      }
  }

  /// The record files of a split in `directory`, or in the official directory in it.
  private static func recordFiles(
    in directory: FilePath, kind: DatasetKind, split: Split
  ) throws(DatasetError) -> DatasetLocation {
    let names = try names(in: directory)
    let present = names.compactMap { RecordFileName($0) }
    for variant in DatasetVariant.allCases where present.containsRecords(of: kind, variant) {
      return try recordFiles(named: present, in: directory, kind, variant, split: split)
    }
    for variant in DatasetVariant.allCases where names.contains(kind.facts.directoryName(variant)) {
      let inner = directory.appending(kind.facts.directoryName(variant))
      let present = try self.names(in: inner).compactMap { RecordFileName($0) }
      return try recordFiles(named: present, in: inner, kind, variant, split: split)
    }
    let other = DatasetKind.allCases.first { other in
      other != kind
        && (DatasetVariant.allCases.contains { names.contains(other.facts.directoryName($0)) }
          || present.containsRecords(of: other, .binary))
    }
    throw .noRecordFiles(directory: directory, kind: kind, other: other)
  }

  /// The record files of a split, provided that none is missing among the names of a directory.
  private static func recordFiles(
    named names: [RecordFileName], in directory: FilePath, _ kind: DatasetKind, _ variant: DatasetVariant,
    split: Split
  ) throws(DatasetError) -> DatasetLocation {
    let expected = RecordFileName.expected(split, of: kind, variant, present: names)
    let present = Set(names)
    let missing = expected.filter { !present.contains($0) }
    guard missing.isEmpty else { throw .missingFiles(directory: directory, names: missing.map(\.text)) }
    let paths = expected.map { directory.appending($0.text) }
    return variant == .binary ? .files(paths) : .pickledFiles(paths)
  }

  /// The names in a directory; those that are not UTF-8 are none of ours, whatever they decode to.
  private static func names(in directory: FilePath) throws(DatasetError) -> Set<String> {
    do {
      return Set(try DirectoryHandle.entries(in: directory).map(\.string))
    } catch {
      throw .unreadable(error)
    }
  }
}

extension DatasetError {
  /// What keeps a place from being looked at, of which the system is the only judge.
  fileprivate static func unreadable(_ error: FileError) -> DatasetError {
    guard case .system(let path, _, let reason) = error else { preconditionFailure("\(error)") }
    return .unreadable(path: path, reason: reason)
  }
}
