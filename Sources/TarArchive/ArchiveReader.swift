/// A tar archive, plain or compressed, read as a stream: members one after the other, their bytes on demand.
///
/// Nothing is written and nothing is kept but the members' names. What ``next()`` and ``read(into:)`` give is
/// checked as far as it can be by then; only ``finish()`` proves that the whole archive is good.
/// Used by one thread at a time.
///
///     let archive = try ArchiveReader(source)
///     while let member = try archive.next() {
///       while case let count = try archive.read(into: buffer), count > 0 { ... }
///     }
///     try archive.finish()
public final class ArchiveReader {
  /// What the archive is read from, escaped for messages.
  public let name: String

  private let tar: TarReader
  private var tree = MemberTree()
  private var expected: ExpectedMembers?
  private var current: ArchiveMember?
  private var isProven = false

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - source: The archive's bytes.
  ///   - format: How it must be stored.
  ///   - limits: How much of it is taken.
  ///   - expected: The members it must have; others are passed over, and ``finish()`` throws for them.
  ///   - overlaps: Whether one more thread reads, and another inflates, ahead of the caller.
  /// - Throws: ``ArchiveError`` when it begins like something else; what `source` throws.
  public init(
    _ source: any ByteSource, format: ArchiveFormat = .automatic, limits: ArchiveLimits = ArchiveLimits(),
    expecting expected: ExpectedMembers? = nil, overlaps: Bool = false
  ) throws {
    let bytes = try Self.decoded(InputBuffer(source, overlaps: overlaps), format: format, overlaps: overlaps)
    name = source.name
    tar = TarReader(bytes, limits: limits)
    self.expected = expected
  }

  /// The number of bytes of the inflated archive read so far.
  public var offset: UInt64 { tar.offset }

  /// Goes to the next member, past what has not been read of the current one.
  ///
  /// - Returns: `nil` after the last member.
  /// - Throws: ``ArchiveError``; what the source throws. The archive is then of no further use.
  public func next() throws -> ArchiveMember? {
    while let member = try tar.next() {
      current = member
      if try admit(member) { return member }
    }
    current = nil
    return nil
  }

  /// Reads bytes of the current member.
  ///
  /// - Parameter buffer: Not empty; the bytes are inflated into it.
  /// - Returns: The number of bytes, which may be smaller than the buffer; 0 at the end of the member.
  /// - Throws: ``ArchiveError``; what the source throws. The archive is then of no further use.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    do {
      return try tar.read(into: buffer)
    } catch let error as ArchiveError where error.member == nil {
      throw ArchiveError(archive: error.archive, member: current?.reference, error.fault)
    }
  }

  /// Reads `buffer.count` bytes of the current member.
  ///
  /// - Returns: The number of bytes, smaller than the buffer only at the end of the member.
  /// - Throws: As ``read(into:)``.
  public func readFully(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try fill(buffer, by: read)
  }

  /// Reads all that has not been read, to the very end, and checks it.
  ///
  /// When it returns, the archive is whole: every checksum and length, the end of the archive, and that
  /// nothing follows it and all expected members were there.
  public func finish() throws {
    while try next() != nil {}
    guard !isProven else { return }
    try tar.finish()
    if let expected {
      do throws(ArchiveError.Fault) {
        try expected.check()
      } catch {
        throw ArchiveError(archive: name, error)
      }
    }
    isProven = true
  }

  /// Whether the caller gets to see the member.
  private func admit(_ member: ArchiveMember) throws -> Bool {
    do throws(ArchiveError.Fault) {
      if !member.path.isRoot { try tree.add(member.path, member.kind) }
      return try expected?.admit(member) ?? true
    } catch {
      throw ArchiveError(archive: name, member: member.reference, error)
    }
  }

  /// The inflated bytes of `input`, whose beginning must be that of `format`.
  private static func decoded(
    _ input: InputBuffer, format: ArchiveFormat, overlaps: Bool
  ) throws -> any ByteSource {
    let beginning = try input.peek(ArchiveFormat.recognitionLength)
    let found = ArchiveFormat.recognize(beginning)
    if format == .gzip || (format == .automatic && found == .gzip) {
      let inflater = try GzipInflater(input)
      return GzipChecker(overlaps ? BackgroundSource(inflater) : inflater, trailers: inflater.trailers)
    }
    guard beginning.count >= TarHeader.blockSize else {
      let fault = ArchiveError.Fault.endsEarly(offset: UInt64(beginning.count), within: .beginning(format))
      throw ArchiveError(archive: input.name, fault)
    }
    // A tar archive without members is all zeros.
    guard found == .tar || beginning.allSatisfy({ $0 == 0 }) else {
      let fault = ArchiveError.Fault.wrongFormat(
        expected: format, found: ArchiveFormat.describe(beginning))
      throw ArchiveError(archive: input.name, fault)
    }
    return input
  }
}

/// One member of an archive: what its headers say, all of it checked.
public struct ArchiveMember: Sendable, Equatable {
  /// What is extracted.
  public enum Kind: Sendable, Equatable {
    /// A file with ``ArchiveMember/byteCount`` bytes.
    case file
    /// A directory.
    case directory
  }

  /// The name, proven to stay below the output.
  public let path: MemberPath
  /// Whether it is a file or a directory.
  public let kind: Kind
  /// The size in bytes; 0 for a directory.
  public let byteCount: UInt64
  /// The member's place in the archive, counted from 1.
  public let number: Int
  /// Where its header begins in the inflated archive, in bytes.
  public let offset: UInt64

  /// The member for messages.
  var reference: ArchiveError.Member {
    ArchiveError.Member(number: number, name: path.bytes, offset: offset)
  }
}
