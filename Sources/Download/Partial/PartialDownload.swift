import FileSupport
import SystemPackage

/// The unfinished file `NAME.part` beside its final place, and the record of its origin, `NAME.part.origin`.
///
/// Both exist only from the first byte that is worth keeping until the file is published or dropped. Used by
/// one thread, under the lock of the directory.
final class PartialDownload {
  /// How many bytes are stored.
  private(set) var length = 0
  /// Where the stored bytes came from; `nil` if there are none or it is not known.
  private(set) var record: PartialRecord?
  /// Whether the stored bytes came in more than one piece, so that a wrong digest may be due to the mixture.
  private(set) var isStitched = false

  private let directory: DirectoryHandle
  private let finalName: FilePath.Component
  private let name: FilePath.Component
  private let recordName: FilePath.Component
  private let expected: ExpectedContent
  private let digestFunctions: DigestFunctions
  private let unknownLength: Int
  private var file: CheckedFile?
  private var digests: RunningDigests?
  private var writeback = EarlyWriteback()

  /// The path of the unfinished file, for messages.
  var path: FilePath { directory.path(of: name) }

  /// Looks at what an earlier run has left for the file `finalName`, and drops what cannot be continued.
  ///
  /// - Parameter unknownLength: The most bytes of a file whose length is not known.
  /// - Throws: ``DownloadError/cannotCreate(_:)`` if what is in the way cannot be opened or removed, and
  ///   ``DownloadError/file(_:)`` if it cannot be read.
  init(
    for finalName: FilePath.Component, in directory: DirectoryHandle, expected: ExpectedContent,
    digests: DigestFunctions, unknownLength: Int = DownloadLimits().unknownLength
  ) throws(DownloadError) {
    self.directory = directory
    self.finalName = finalName
    self.expected = expected
    digestFunctions = digests
    self.unknownLength = unknownLength
    guard let name = FilePath.Component(bytes: finalName.bytes + Array(".part".utf8)),
      let recordName = FilePath.Component(bytes: finalName.bytes + Array(".part.origin".utf8))
    else { preconditionFailure("a longer plain name is a plain name") }
    self.name = name
    self.recordName = recordName
    try adopt()
  }

  /// Removes what an earlier run may have left for `finalName`, unless another process works on it.
  ///
  /// To be called when the final file is right, so that nothing depends on its success.
  static func clearLeftovers(of finalName: FilePath.Component, in directory: DirectoryHandle) {
    let names = [".part", ".part.origin"].compactMap {
      FilePath.Component(bytes: finalName.bytes + Array($0.utf8))
    }
    // The directory may be one that we can only read; leftovers harm nobody. The lock's file goes with its release.
    guard (names + [DirectoryLock.fileName]).contains(where: { (try? directory.kind(of: $0)) ?? nil != nil }),
      let lock = try? DirectoryLock.attempt(directory)
    else { return }
    // What is no file is not ours.
    for name in names where (try? directory.kind(of: name)) == .regular { try? directory.removeFile(name) }
    lock.release()
  }

  /// Begins from zero with a new file, dropping what was stored.
  func startOver(from record: PartialRecord) throws(DownloadError) {
    try discard()
    try write(record)
    do {
      file = try CheckedFile(takingOver: directory.createFile(name), path: path)
    } catch {
      throw writingFailure(error)
    }
    try startDigests()
  }

  /// Goes on behind the stored bytes, with bytes of the given origin.
  func goOn(from record: PartialRecord) throws(DownloadError) {
    isStitched = true
    try write(record)
    if digests == nil { try startDigests() }
  }

  /// Stores the next bytes.
  ///
  /// - Throws: ``DownloadError/noSpace(_:missing:)`` or ``DownloadError/file(_:)``; what is stored stays.
  func append(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
    guard let file else { preconditionFailure("no unfinished file is open") }
    defer { digests?.advance(to: length) }
    var rest = bytes
    while !rest.isEmpty {
      do {
        // At an offset of our own: whoever else writes to the file never moves our bytes.
        let count = try file.descriptor.writeSome(rest, at: Int64(length), path: path)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        length += count
        writeback.note(count, writtenTo: file.descriptor)
      } catch {
        throw writingFailure(error)
      }
    }
  }

  /// The digests of all stored bytes, read back from the file; call it once the file is complete.
  ///
  /// - Returns: `nil` once `isStopped` is true.
  func finishDigests(unless isStopped: () -> Bool = { false }) throws(DownloadError) -> ContentDigests? {
    try takeDigests().finish(unless: isStopped)
  }

  /// Leaves everything so that a later run can continue; with nothing stored, nothing is left.
  ///
  /// - Parameter patience: How long the digest of what is stored is waited for; without it a later run finds damage
  ///   only at its end. Half a second leaves room for the rest of an orderly end.
  func keep(patience: Duration = .milliseconds(500)) throws(DownloadError) {
    guard length > 0 else { return try discard() }
    // Bytes of unknown origin are left as they were found.
    guard var record else { return }
    let deadline = ContinuousClock.now + patience
    guard let digest = try takeDigests().finishSHA256(unless: { ContinuousClock.now >= deadline }) else {
      return
    }
    record.prefixLength = length
    record.prefixDigest = digest
    try write(record)
  }

  /// Removes both files.
  func discard() throws(DownloadError) {
    digests = nil
    length = 0
    record = nil
    isStitched = false
    file = nil
    try remove(name)
    try remove(recordName)
  }

  /// Gives the complete file its final name, durably.
  ///
  /// - Parameter replacing: Whether a file that has the final name may be replaced.
  /// - Throws: ``DownloadError/interfered(part:)`` if the name has been taken meanwhile or another process has exchanged
  ///   the unfinished file, ``DownloadError/cannotCreate(_:)`` if it is refused, ``DownloadError/file(_:)`` if the bytes cannot be brought to the disk. With
  ///   `FileError.notDurable` the file has its final name.
  func publish(replacing: Bool) throws(DownloadError) {
    guard let file else { preconditionFailure("no unfinished file is open") }
    guard isInPlace else { throw .interfered(part: path) }
    do {
      try file.descriptor.synchronize(path: path)
    } catch {
      throw writingFailure(error)
    }
    // Before the rename: a record without its file would never be missed by a later run.
    try remove(recordName)
    do {
      try directory.rename(name, to: finalName, existing: replacing ? .replaced : .refused)
    } catch .system(_, _, .fileExists), .system(_, _, .noSuchFileOrDirectory) {
      throw .interfered(part: path)
    } catch {
      throw .cannotCreate(error)
    }
    // From here on there is nothing to keep or to drop.
    length = 0
    record = nil
    do {
      try FileError.afterPublishing(directory.path(of: finalName)) { () throws(FileError) in
        try directory.synchronize()
      }
    } catch {
      throw .file(error)
    }
  }

  // MARK: Files

  /// Opens what an earlier run has left if it can be part of the wanted file, else removes it.
  ///
  /// - Throws: ``DownloadError/cannotCreate(_:)`` for what no run has left, such as a link.
  private func adopt() throws(DownloadError) {
    for name in [name, recordName] {
      do throws(FileError) {
        guard let kind = try directory.kind(of: name), kind != .regular else { continue }
        throw .notReplaceable(path: directory.path(of: name), kind: kind)
      } catch {
        throw .cannotCreate(error)
      }
    }
    guard try openLeftover() else { return try discard() }
    isStitched = true
    record = readRecord()
    let rules = ResumeRules(expected: expected, storedLength: length, record: record)
    let isPossible =
      length > 0 && length <= expected.byteCount ?? unknownLength && rules.isStoredUsable
    guard isPossible, try isPrefixIntact() else { return try discard() }
  }

  /// Opens the unfinished file; `false` if there is none, or none of the kind that we make.
  private func openLeftover() throws(DownloadError) -> Bool {
    do {
      let file = try directory.openCheckedFile(name, isUpdated: true)
      self.file = file
      length = file.byteCount
      // With a second name it is not ours, and writing to it could change something elsewhere.
      return file.status.linkCount == 1
    } catch .system(_, _, .noSuchFileOrDirectory) {
      return false
    } catch {
      throw error.cause == .io ? .file(error) : .cannotCreate(error)
    }
  }

  private func readRecord() -> PartialRecord? {
    // A record that cannot be read is like none: then the bytes are trusted less, not more.
    guard let file = try? directory.openCheckedFile(recordName),
      let bytes = try? file.bytes(in: 0..<min(file.byteCount, PartialRecord.maximumLength))
    else { return nil }
    return PartialRecord(String(decoding: bytes, as: UTF8.self))
  }

  private func write(_ record: PartialRecord) throws(DownloadError) {
    self.record = record
    // Removed first: if the name leads elsewhere, the other end is not written to.
    try remove(recordName)
    let path = directory.path(of: recordName)
    let text = Array(record.text.utf8)
    do throws(FileError) {
      let file = try directory.createFile(recordName)
      let written = Result { () throws(FileError) in try file.writeFully(text, path: path) }
      let closed = Result { () throws(FileError) in try file.close(path: path) }
      try written.get()
      try closed.get()
    } catch {
      throw writingFailure(error)
    }
  }

  private func remove(_ name: FilePath.Component) throws(DownloadError) {
    do {
      try directory.removeFile(name)
    } catch {
      throw .cannotCreate(error)
    }
  }

  /// What a refused creation or write means to the user.
  private func writingFailure(_ error: FileError) -> DownloadError {
    guard case .system(let path, let operation, let reason) = error else { return .file(error) }
    let total = expected.byteCount ?? record?.total
    switch reason {
    case .noSpace, .diskQuotaExceeded: return .noSpace(path, missing: total.map { max($0 - length, 0) })
    // It was removed a moment ago, so another process has made it.
    case .fileExists: return .interfered(part: self.path)
    default: return operation == .create && error.cause == .refused ? .cannotCreate(error) : .file(error)
    }
  }

  /// Whether the name still leads to the open file, with all stored bytes and no others in it.
  var isInPlace: Bool {
    // What cannot be looked at is not known to be ours.
    guard let file, let named = try? directory.status(of: name) else { return false }
    return named.isSameFile(as: file.status) && named.byteCount == length
  }

  // MARK: Digests

  /// The digests that were running, else new ones.
  private func takeDigests() throws(DownloadError) -> RunningDigests {
    if digests == nil { try startDigests() }
    guard let digests else { preconditionFailure("the digests were started") }
    self.digests = nil
    return digests
  }

  private func startDigests() throws(DownloadError) {
    digests = try runningDigests(of: length)
  }

  /// Whether the stored bytes begin with those that the last orderly end has left, as far as that is known.
  private func isPrefixIntact() throws(DownloadError) -> Bool {
    guard let record, let wanted = record.prefixDigest else { return true }
    guard record.prefixLength <= length else { return false }
    return try runningDigests(of: record.prefixLength).finish().sha256 == wanted
  }

  private func runningDigests(of length: Int) throws(DownloadError) -> RunningDigests {
    guard let file else { preconditionFailure("no unfinished file is open") }
    let digests = try RunningDigests(of: file, for: expected, by: digestFunctions)
    digests.advance(to: length)
    return digests
  }
}
