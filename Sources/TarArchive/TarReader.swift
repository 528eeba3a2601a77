/// The members of a tar archive, one after the other.
///
/// Understands POSIX ustar and pax, GNU long names, and the format before both. It refuses links, devices and
/// everything else that is neither a file nor a directory, and names that do not stay below the output.
final class TarReader {
  private let source: any ByteSource
  private let limits: ArchiveLimits
  /// A header, or bytes that are skipped.
  private let block: UnsafeMutableRawBufferPointer
  private static let skipLength = 64 * 1024

  /// The number of bytes read so far.
  private(set) var offset: UInt64 = 0
  private var memberCount = 0
  /// What is left of the current member, and the padding after it, in bytes.
  private var rest: UInt64 = 0
  private var padding: UInt64 = 0
  private var hasEnded = false

  /// Reads the archive that `source` holds.
  init(_ source: any ByteSource, limits: ArchiveLimits) {
    self.source = source
    self.limits = limits
    block = .allocate(byteCount: Self.skipLength, alignment: 64)
  }

  deinit {
    block.deallocate()
  }

  /// Goes to the next member, past what has not been read of the current one.
  ///
  /// - Returns: `nil` at the blocks that end the archive; ``finish()`` then checks what follows them.
  func next() throws -> ArchiveMember? {
    guard !hasEnded else { return nil }
    try skipRest()
    var extended = ExtendedHeader()
    let start = offset
    while true {
      let headerOffset = offset
      guard try readHeader(within: extended.isPending ? .tarHeader : .endBlocks) else {
        guard !extended.isPending else { throw error(.endsEarly(offset: headerOffset, within: .tarHeader)) }
        hasEnded = true
        return nil
      }
      let header = try located(at: start) { () throws(ArchiveError.Fault) in
        try TarHeader(UnsafeRawBufferPointer(block), offset: headerOffset)
      }
      switch header.kind {
      case .extended, .globalExtended:
        let records = try readExtension(header, at: start)
        let isGlobal = header.kind == .globalExtended
        try located(at: start) { () throws(ArchiveError.Fault) in
          try extended.addRecords(records, isGlobal: isGlobal)
        }
      case .longName:
        let name = try readExtension(header, at: start)
        try located(at: start) { () throws(ArchiveError.Fault) in try extended.addLongName(name) }
      case .longLink:
        _ = try readExtension(header, at: start)
        extended.addLongLink()
      case .file, .directory, .unsupported:
        return try member(header, extended, at: start)
      }
    }
  }

  /// Reads bytes of the current member.
  ///
  /// - Parameter buffer: Not empty.
  /// - Returns: The number of bytes, which may be smaller than the buffer; 0 at the end of the member.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = Int(min(UInt64(buffer.count), rest))
    guard wanted > 0 else { return 0 }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
    offset += UInt64(count)
    guard count > 0 else { throw endsEarly(within: .memberData) }
    rest -= UInt64(count)
    return count
  }

  /// Reads on to the end of the input, where only zeros may follow the end of the archive.
  ///
  /// Only this proves the archive: checksums of a compressed one come last.
  func finish() throws {
    precondition(hasEnded, "an archive is finished after its last member")
    while true {
      guard offset <= limits.totalByteCount else {
        throw error(.limit(.totalBytes, allowed: limits.totalByteCount))
      }
      let count = try source.read(into: block)
      if count == 0 { return }
      if let index = block[..<count].firstIndex(where: { $0 != 0 }) {
        throw error(.trailingBytes(offset: offset + UInt64(index)))
      }
      offset += UInt64(count)
    }
  }

  // MARK: Headers

  /// Reads one header block.
  ///
  /// - Returns: `false` at the two blocks of zeros that end the archive.
  private func readHeader(within section: ArchiveError.Section) throws -> Bool {
    try readBlock(within: section)
    guard isZero else { return true }
    try readBlock(within: .endBlocks)
    guard isZero else {
      throw error(.badField("second block of the end of the archive", found: Array(block.prefix(16))))
    }
    return false
  }

  private var isZero: Bool { block[..<TarHeader.blockSize].allSatisfy { $0 == 0 } }

  private func readBlock(within section: ArchiveError.Section) throws {
    let count = try source.readFully(
      into: UnsafeMutableRawBufferPointer(rebasing: block[..<TarHeader.blockSize]))
    offset += UInt64(count)
    guard count > 0 else { throw endsEarly(within: section) }
    guard count == TarHeader.blockSize else { throw endsEarly(within: .tarHeader) }
  }

  /// The bytes of an extended header.
  private func readExtension(_ header: TarHeader, at start: UInt64) throws -> [UInt8] {
    guard header.byteCount <= ArchiveLimits.extendedHeaderByteCount else {
      throw error(
        .limit(.extendedHeaderBytes, allowed: ArchiveLimits.extendedHeaderByteCount), name: nil, at: start)
    }
    begin(byteCount: header.byteCount)
    var bytes = [UInt8](repeating: 0, count: Int(header.byteCount))
    // All of them come, or `read` throws: the end of the input is an error within a member.
    _ = try bytes.withUnsafeMutableBytes { try fill($0, by: read) }
    try skipRest()
    return bytes
  }

  /// The member that `header` announces, with what the headers before it have said.
  private func member(
    _ header: TarHeader, _ extended: ExtendedHeader, at start: UInt64
  ) throws -> ArchiveMember {
    let name = extended.effectivePath ?? header.name
    let byteCount = extended.byteCount ?? header.byteCount
    if case .unsupported(let kind) = header.kind {
      throw error(.unsupportedKind(kind), name: name, at: start)
    }
    guard memberCount < limits.memberCount else {
      throw error(.limit(.members, allowed: UInt64(limits.memberCount)), name: name, at: start)
    }
    let path: MemberPath
    do throws(MemberPath.Fault) {
      path = try MemberPath(checking: name, lengthLimit: limits.nameByteCount)
    } catch {
      throw self.error(.badName(error), name: name, at: start)
    }
    // The format before POSIX has no type for directories: there the slash alone tells.
    let isDirectory = header.kind == .directory || name.last == UInt8(ascii: "/")
    guard isDirectory || !path.isRoot else { throw error(.badName(.empty), name: name, at: start) }
    guard !isDirectory || byteCount == 0 else {
      throw error(.badField("size of a directory", found: Array("\(byteCount)".utf8)), name: name, at: start)
    }
    guard byteCount <= limits.memberByteCount else {
      throw error(.limit(.memberBytes, allowed: limits.memberByteCount), name: name, at: start)
    }
    let (end, overflows) = offset.addingReportingOverflow(byteCount)
    guard !overflows, end <= limits.totalByteCount else {
      throw error(.limit(.totalBytes, allowed: limits.totalByteCount), name: name, at: start)
    }
    memberCount += 1
    begin(byteCount: byteCount)
    return ArchiveMember(
      path: path, kind: isDirectory ? .directory : .file, byteCount: byteCount, number: memberCount,
      offset: start)
  }

  private func begin(byteCount: UInt64) {
    let blockSize = UInt64(TarHeader.blockSize)
    rest = byteCount
    padding = (blockSize - byteCount % blockSize) % blockSize
  }

  /// Reads past what is left of the current member and its padding.
  private func skipRest() throws {
    rest += padding
    padding = 0
    while rest > 0 { _ = try read(into: block) }
  }

  // MARK: Errors

  private func endsEarly(within section: ArchiveError.Section) -> ArchiveError {
    error(.endsEarly(offset: offset, within: section))
  }

  private func error(_ fault: ArchiveError.Fault) -> ArchiveError {
    ArchiveError(archive: source.name, fault)
  }

  private func error(_ fault: ArchiveError.Fault, name: [UInt8]?, at start: UInt64) -> ArchiveError {
    let member = ArchiveError.Member(number: memberCount + 1, name: name, offset: start)
    return ArchiveError(archive: source.name, member: member, fault)
  }

  /// Runs `check` and adds to its finding which member it is about.
  private func located<Result>(
    at start: UInt64, _ check: () throws(ArchiveError.Fault) -> Result
  ) throws(ArchiveError) -> Result {
    do {
      return try check()
    } catch {
      throw self.error(error, name: nil, at: start)
    }
  }
}
