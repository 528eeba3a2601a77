import CIFAR
import FileSupport
import SystemPackage

/// Checks the files of a directory; writes nothing, follows no links and waits for nobody.
struct DirectoryVerifier {
  /// Reads from a file; a test puts faults in its place.
  typealias Read = (FileDescriptor, UnsafeMutableRawBufferPointer, FilePath) throws(FileError) -> Int

  /// The size of the pieces in which files are read, in bytes.
  private static let pieceLength = 1 << 20

  private let read: Read

  /// A verifier that reads with `read`.
  init(
    read: @escaping Read = { (file, buffer, path) throws(FileError) in
      try file.readSome(into: buffer, path: path)
    }
  ) {
    self.read = read
  }

  /// Checks the directory `path`, or the official directory in it.
  ///
  /// - Parameter kind: The data set; by the names of the files without one.
  /// - Throws: `FileError` when the directory cannot be read;
  ///   ``DatasetError/noRecordFiles(directory:kind:other:)``; ``CommandError/interrupted(signal:)``.
  func check(_ path: FilePath, kind: DatasetKind?) throws -> DatasetCheck {
    let outer = try DirectoryHandle(opening: path)
    let (directory, kind, variant) = try find(in: outer, kind: kind)
    return try check(directory, kind, variant)
  }

  /// Checks the directory as one of a data set in one form, also if it has no record file.
  ///
  /// - Throws: `FileError` when the directory cannot be read; ``CommandError/interrupted(signal:)``.
  func check(
    _ directory: DirectoryHandle, _ kind: DatasetKind, _ variant: DatasetVariant
  ) throws -> DatasetCheck {
    var check = DatasetCheck(path: directory.path, kind: kind, variant: variant)
    let auxiliary = kind.facts.auxiliaryFileNames(variant)
    for name in try directory.entries().sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      let role = RecordFileName(name.string)
      let isRecordFile = role?.kind == kind && role?.variant == variant
      guard isRecordFile || auxiliary.contains(name.string) else {
        var file = CheckedFile(name.escaped)
        file.isExtra = true
        check.files.append(file)
        continue
      }
      check.files.append(try self.check(name, in: directory, check, split: isRecordFile ? role?.split : nil))
    }
    return check
  }

  /// The directory that has record files, and whose.
  private func find(
    in directory: DirectoryHandle, kind: DatasetKind?
  ) throws -> (DirectoryHandle, DatasetKind, DatasetVariant) {
    let names = Set(try directory.entries().map(\.string))
    let present = names.compactMap { RecordFileName($0) }
    let kinds = kind.map { [$0] } ?? DatasetKind.allCases
    for variant in DatasetVariant.allCases {
      for kind in kinds where present.containsRecords(of: kind, variant) {
        return (directory, kind, variant)
      }
    }
    for kind in kinds {
      for variant in DatasetVariant.allCases where names.contains(kind.facts.directoryName(variant)) {
        let name = FilePath.Component(kind.facts.directoryName(variant))!
        return (try directory.openDirectory(name), kind, variant)
      }
    }
    throw DatasetError.noRecordFiles(directory: directory.path, kind: kinds[0], other: nil)
  }

  /// Checks one file; what is wrong with it is in the result.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``.
  private func check(
    _ name: FilePath.Component, in directory: DirectoryHandle, _ set: DatasetCheck, split: Split?
  ) throws -> CheckedFile {
    var file = CheckedFile(name.escaped)
    file.split = split
    do {
      let descriptor = try directory.openFile(name)
      try descriptor.closeAfter {
        try check(descriptor, path: directory.path(of: name), name: name.string, set, &file)
      }
    } catch {
      file.findings.append(try VerifyFinding(error))
    }
    return file
  }

  private func check(
    _ descriptor: FileDescriptor, path: FilePath, name: String, _ set: DatasetCheck, _ file: inout CheckedFile
  ) throws {
    let isBinary = file.split != nil && set.variant == .binary
    let layout = set.kind.facts.layout
    let before = try FileStamp(of: descriptor, path: path)
    var pass = FileCheck(
      layout: isBinary ? layout : nil, needsMD5: KnownMembers.md5(name, of: set.kind, set.variant) != nil,
      keepsBeginning: file.split == nil)
    try pass.read(descriptor, path: path, limit: before.byteCount, pieceLength: Self.pieceLength, with: read)
    var content = RecordFileContent()
    if isBinary {
      content = RecordFileContent(pass, layout: layout, path: path)
    } else if file.split != nil {
      let pickle = OpenPickle(path: path, descriptor: descriptor, byteCount: pass.byteCount)
      content = try RecordFileContent(pickle, kind: set.kind)
    }
    let after = try FileStamp(of: descriptor, path: path)
    // What else is wrong with a file that changes only follows from that.
    if let change = before.change(to: after, readCount: pass.byteCount, path: path) {
      return file.findings.append(change)
    }
    file.complete(pass)
    content.give(to: &file)
  }
}

extension FileCheck {
  /// Reads a file to its end, or to one byte more than it had.
  fileprivate mutating func read(
    _ descriptor: FileDescriptor, path: FilePath, limit: Int, pieceLength: Int,
    with read: DirectoryVerifier.Read
  ) throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 4096)
    defer { piece.deallocate() }
    while byteCount <= limit {
      if let signal = SignalTrap.shared.signal { throw CommandError.interrupted(signal: signal) }
      let count = try read(descriptor, piece, path)
      if count == 0 { return }
      update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }
}
