import CIFAR
import Digests
import FileSupport
import SystemPackage
import TarArchive

/// The check of a directory of which there is no archive to compare with, and its copying on the way.
///
/// Official files of the Python form have known digests. For those of the binary form none are published: they
/// must have the official sizes, labels in range, and of each class as many records as the official set.
struct DirectoryInspection {
  /// Records that are read at a time.
  private static let recordsPerPiece = 85

  private let layout: PublishedLayout
  private let isOfficial: Bool

  /// A check against `layout`.
  ///
  /// - Parameter isOfficial: Whether the files must be the official ones; else any whole records will do.
  init(_ layout: PublishedLayout, isOfficial: Bool) {
    self.layout = layout
    self.isOfficial = isOfficial
  }

  /// Reads the files of the layout in `directory`, checks them, and copies them if there is a place for it.
  ///
  /// - Throws: ``FetchError/wrongCopy(_:reason:)`` for a wrong or missing file, `FileError` when the system
  ///   refuses, ``CommandError/interrupted(signal:)``.
  func run(
    _ directory: FilePath, into staging: StagingDirectory? = nil, progress: ProgressLine
  ) throws -> ArchiveExtractor.Summary {
    let source = try DirectoryHandle(opening: directory)
    var summary = ArchiveExtractor.Summary()
    var counts = ClassCounts(layout.dataset.facts.layout)
    for fileName in layout.recordFileNames + layout.otherFileNames {
      let name = FilePath.Component(fileName)!
      let path = directory.appending(name)
      guard let kind = try source.kind(of: name) else {
        if layout.otherFileNames.contains(fileName) { continue }
        throw FetchError.wrongCopy(path, reason: "it is missing")
      }
      guard kind == .regular else { throw FetchError.wrongCopy(path, reason: "it is \(kind)") }
      let file = try source.openFile(name)
      // Only read from.
      defer { try? file.close() }
      let copy = try staging.map { staging in
        (file: try staging.handle.createFile(name, mode: 0o644), path: staging.path.appending(name))
      }
      var check = FileCheck(name: fileName, path: path, layout: layout)
      try check.start(byteCount: Int(try file.byteCount(path: path)), isOfficial: isOfficial)
      let piece = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Self.recordsPerPiece * layout.dataset.facts.layout.recordLength, alignment: 64)
      defer { piece.deallocate() }
      while case let count = try file.readFully(into: piece, path: path), count > 0 {
        try SignalTrap.checkpoint()
        let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
        try check.read(bytes, &counts)
        try copy?.file.writeFully(bytes, path: copy!.path)
        summary.byteCount += UInt64(count)
        progress.show { "checking  \(Quantity.bytes(Int(summary.byteCount)))" }
      }
      try check.finish(isOfficial: isOfficial)
      try copy?.file.synchronize(path: copy!.path)
      try copy?.file.close(path: copy!.path)
      summary.fileCount += 1
    }
    if isOfficial && layout.variant == .binary && !counts.areOfficial(layout.dataset.facts) {
      throw FetchError.wrongCopy(directory, reason: "its classes have not the official numbers of records")
    }
    return summary
  }

  /// How many records of each class there are.
  private struct ClassCounts {
    private let label: LabelField
    private let recordLength: Int
    private var counts: [Int]

    init(_ layout: RecordLayout) {
      label = layout.labels[layout.labels.count - 1]
      recordLength = layout.recordLength
      counts = Array(repeating: 0, count: label.classCount)
    }

    mutating func add(_ records: UnsafeRawBufferPointer) {
      for start in stride(from: 0, to: records.count, by: recordLength) {
        counts[Int(records[start + label.offset])] += 1
      }
    }

    func areOfficial(_ facts: DatasetFacts) -> Bool {
      let total = Split.allCases.map(facts.recordCount).reduce(0, +)
      return counts.allSatisfy { $0 == total / counts.count }
    }
  }

  /// The check of one file.
  private struct FileCheck {
    let name: String
    let path: FilePath
    let layout: PublishedLayout
    private var digest: Digest?
    private var recordCount = 0
    private var holdsRecords: Bool {
      layout.variant == .binary && layout.recordFileNames.contains(name)
    }

    init(name: String, path: FilePath, layout: PublishedLayout) {
      self.name = name
      self.path = path
      self.layout = layout
    }

    mutating func start(byteCount: Int, isOfficial: Bool) throws {
      if isOfficial && layout.md5(of: name) != nil { digest = Digest(.md5) }
      guard holdsRecords else { return }
      let facts = layout.dataset.facts
      let split: Split = name == facts.testFileName ? .test : .train
      let expected = facts.recordsPerFile(split) * facts.layout.recordLength
      if isOfficial && byteCount != expected {
        throw wrong("size is wrong (expected \(expected) bytes, found \(byteCount))")
      }
      if !layout.recordFileSize.allows(UInt64(byteCount)) {
        throw wrong("size is wrong (expected \(layout.recordFileSize) bytes, found \(byteCount))")
      }
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ counts: inout ClassCounts) throws {
      digest?.update(bytes)
      guard holdsRecords else { return }
      let records = layout.dataset.facts.layout
      guard bytes.count % records.recordLength == 0 else { throw wrong("changed while being read") }
      if let invalid = records.firstInvalidLabel(in: bytes) {
        throw wrong(
          "record \(recordCount + invalid.record): label is out of range "
            + "(expected below \(invalid.field.classCount), found \(invalid.value))")
      }
      recordCount += bytes.count / records.recordLength
      counts.add(bytes)
    }

    func finish(isOfficial: Bool) throws {
      guard let digest, let expected = layout.md5(of: name) else { return }
      let found = digest.hexadecimal()
      if found != expected { throw wrong("MD5 does not match (expected \(expected), found \(found))") }
    }

    private func wrong(_ reason: String) -> FetchError { .wrongCopy(path, reason: reason) }
  }
}
