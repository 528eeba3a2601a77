import FileSupport
import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Records of a file")
struct FileRecordSourceTests {
  /// Records whose image bytes all hold the number of the record, with label 0.
  static func records(_ count: Int, layout: RecordLayout = .cifar10) -> [UInt8] {
    (0..<count).flatMap { number in
      [UInt8](repeating: 0, count: layout.imageOffset)
        + [UInt8](repeating: UInt8(number), count: CIFARImage.byteCount)
    }
  }

  /// The records of `range`, as one array.
  static func read(_ source: some RecordSource, _ range: Range<Int>, length: Int = 3_073) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: range.count * length)
    try bytes.withUnsafeMutableBytes { try source.readRecords(in: range, into: $0) }
    return bytes
  }

  @Test("records come out as they are in the file", arguments: [0..<7, 0..<1, 6..<7, 2..<5, 3..<3])
  func reads(range: Range<Int>) throws {
    let scratch = ScratchDirectory()
    let bytes = Self.records(7)
    let source = try FileRecordSource(path: scratch.write(bytes, to: "a.bin"), layout: .cifar10)

    let found = try Self.read(source, range)

    #expect(source.recordCount == 7)
    #expect(found == Array(bytes[range.lowerBound * 3_073..<range.upperBound * 3_073]))
  }

  @Test("a file one byte short is refused with its size and the remainder (B01)")
  func oneByteShort() {
    let scratch = ScratchDirectory()
    let path = scratch.write(Array(Self.records(3).dropLast()), to: "a.bin")

    #expect(
      throws: DatasetError.partialRecord(path: path, size: 9_218, recordLength: 3_073, remainder: 3_072)
    ) {
      try FileRecordSource(path: path, layout: .cifar10)
    }
  }

  @Test("an empty file has no records (B07)")
  func empty() {
    let scratch = ScratchDirectory()
    let path = scratch.write([], to: "a.bin")

    #expect(throws: DatasetError.empty(path: path)) {
      try FileRecordSource(path: path, layout: .cifar10)
    }
  }

  @Test("a directory, a FIFO, a socket and a device are not record files (B06)", .timeLimit(.minutes(1)))
  func kinds() {
    let scratch = ScratchDirectory()
    let fifo = scratch.path.appending("fifo")
    let socket = scratch.path.appending("socket")
    #expect(fifo.withPlatformString { mkfifo($0, 0o600) } == 0)
    #expect(socket.withPlatformString { mknod($0, S_IFSOCK | 0o600, 0) } == 0)

    for (path, kind) in [
      (scratch.path, FileKind.directory), (fifo, .pipe), (socket, .socket),
      (FilePath("/dev/null"), .device),
    ] {
      #expect(throws: DatasetError.notAFile(path: path, kind: kind)) {
        try FileRecordSource(path: path, layout: .cifar10)
      }
    }
  }

  @Test("what cannot be opened is refused with the reason of the system (B06)")
  func unreadable() {
    let scratch = ScratchDirectory()
    let absent = scratch.path.appending("absent")
    let loop = scratch.path.appending("loop")
    #expect(loop.withPlatformString { symlink("loop", $0) } == 0)
    let below = scratch.write([1], to: "file").appending("below")

    for (path, reason) in [
      (absent, Errno.noSuchFileOrDirectory), (loop, .tooManySymbolicLinkLevels), (below, .notDirectory),
    ] {
      #expect(throws: DatasetError.unreadable(path: path, reason: reason)) {
        try FileRecordSource(path: path, layout: .cifar10)
      }
    }
  }

  @Test(
    "a file with mode 000 is refused with the reason in words (B06)",
    .enabled(if: geteuid() != 0, "root may read everything"))
  func modeZero() {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(1), to: "a.bin")
    #expect(path.withPlatformString { chmod($0, 0) } == 0)

    #expect(throws: DatasetError.unreadable(path: path, reason: .permissionDenied)) {
      try FileRecordSource(path: path, layout: .cifar10)
    }
  }

  @Test("a label out of range names the record in the file and the value (B02)", arguments: [10, 255])
  func label(value: UInt8) throws {
    let scratch = ScratchDirectory()
    var bytes = Self.records(6)
    bytes[4 * 3_073] = value
    let path = scratch.write(bytes, to: "a.bin")
    let source = try FileRecordSource(path: path, layout: .cifar10)
    let field = RecordLayout.cifar10.labels[0]

    #expect(throws: DatasetError.labelOutOfRange(path: path, record: 4, field: field, value: value)) {
      try Self.read(source, 2..<6)
    }
    #expect(throws: Never.self) { try Self.read(source, 0..<4) }
  }

  @Test("a file that another process cuts short is an error with the offset (B03)")
  func truncated() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(6), to: "a.bin")
    let source = try FileRecordSource(path: path, layout: .cifar10)

    #expect(path.withPlatformString { truncate($0, 3 * 3_073 + 100) } == 0)

    #expect(
      throws: DatasetError.truncatedDuringRead(
        path: path, offset: 2 * 3_073, expected: 2 * 3_073, found: 3_073 + 100)
    ) {
      try Self.read(source, 2..<4)
    }
    // Who cuts a file may have written to what is left.
    #expect(throws: DatasetError.changedDuringRead(path: path)) { try Self.read(source, 0..<3) }
  }

  @Test("a file that somebody has written to is refused, even with the same bytes (N19)")
  func overwritten() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(2), to: "a.bin")
    let source = try FileRecordSource(path: path, layout: .cifar10)
    #expect(throws: Never.self) { try Self.read(source, 0..<2) }

    // As if it had happened years later, however coarse the clock of the file system is.
    var times = [timespec](repeating: timespec(tv_sec: 4_000_000_000, tv_nsec: 0), count: 2)
    #expect(path.withPlatformString { utimensat(AT_FDCWD, $0, &times, 0) } == 0)

    #expect(throws: DatasetError.changedDuringRead(path: path)) { try Self.read(source, 0..<1) }
  }

  @Test("another file under the same name is refused, even one of the same size")
  func replaced() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(2), to: "a.bin")
    let source = try FileRecordSource(path: path, layout: .cifar10)

    let other = scratch.write(Self.records(2), to: "b.bin")
    #expect(other.withPlatformString { from in path.withPlatformString { rename(from, $0) } } == 0)

    #expect(throws: DatasetError.replacedDuringRead(path: path)) { try Self.read(source, 0..<1) }
  }

  @Test("a file that is gone is an error with the offset")
  func gone() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(2), to: "a.bin")
    let source = try FileRecordSource(path: path, layout: .cifar10)

    #expect(path.withPlatformString { unlink($0) } == 0)

    #expect(
      throws: DatasetError.readFailed(path: path, offset: 3_073, reason: .noSuchFileOrDirectory)
    ) {
      try Self.read(source, 1..<2)
    }
  }

  @Test("a file is looked at without being opened: there may be very many")
  func looksOnly() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Self.records(1), to: "a.bin")
    let watch = FileDescriptor(rawValue: inotify_init1(Int32(IN_NONBLOCK)))
    defer { try? watch.close() }
    #expect(inotify_add_watch(watch.rawValue, path.string, UInt32(IN_OPEN)) >= 0)
    var event = [UInt8](repeating: 0, count: 4096)

    let source = try FileRecordSource(path: path, layout: .cifar10)
    #expect(throws: Errno.resourceTemporarilyUnavailable) {
      try event.withUnsafeMutableBytes { try watch.read(into: $0) }
    }
    _ = try Self.read(source, 0..<1)
    #expect(throws: Never.self) { try event.withUnsafeMutableBytes { try watch.read(into: $0) } }
  }

  @Test("a thousand files keep no descriptor open")
  func descriptors() throws {
    let scratch = ScratchDirectory()
    let sources = try (0..<1_000).map {
      try FileRecordSource(path: scratch.write(Self.records(1), to: "\($0).bin"), layout: .cifar10)
    }
    for source in sources { _ = try Self.read(source, 0..<1) }

    #expect(openDescriptorCount(below: scratch.path) == 0)
    withExtendedLifetime(sources) {}
  }
}
