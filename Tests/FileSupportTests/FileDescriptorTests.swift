import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("FileDescriptor")
struct FileDescriptorTests {
  @Test("reads until the buffer is full or the file ends", arguments: [0, 1, 4095, 4096, 5000])
  func readFully(length: Int) throws {
    let scratch = ScratchDirectory()
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = scratch.write(bytes, to: "f")
    let file = try FileDescriptor.openForReading(path)
    defer { try? file.close() }
    var buffer = [UInt8](repeating: 0, count: 4096)

    let count = try buffer.withUnsafeMutableBytes { try file.readFully(into: $0, path: path) }

    #expect(count == min(length, 4096))
    #expect(buffer[..<count].elementsEqual(bytes[..<count]))
  }

  @Test("reads at an offset without moving the position")
  func readAtOffset() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(Array(0..<100), to: "f")
    let file = try FileDescriptor.openForReading(path)
    defer { try? file.close() }
    var buffer = [UInt8](repeating: 0, count: 10)

    let end = try buffer.withUnsafeMutableBytes { try file.readFully(into: $0, at: 95, path: path) }
    let start = try buffer.withUnsafeMutableBytes { try file.readFully(into: $0, path: path) }

    #expect(end == 5)
    #expect(start == 10)
    #expect(buffer == Array(0..<10))
  }

  @Test("collects what arrives piece by piece through a pipe", .timeLimit(.minutes(1)))
  func pipe() throws {
    let ends = try FileDescriptor.pipe()
    var buffer = [UInt8](repeating: 0, count: 3)
    try [1, 2].withUnsafeBytes { try ends.writeEnd.writeFully(.init(rebasing: $0[..<1]), path: "p") }
    try [UInt8](arrayLiteral: 2, 3).withUnsafeBytes { try ends.writeEnd.writeFully($0, path: "p") }
    try ends.writeEnd.close(path: "p")

    let count = try buffer.withUnsafeMutableBytes { try ends.readEnd.readFully(into: $0, path: "p") }

    #expect(count == 3)
    #expect(buffer == [1, 2, 3])
    try ends.readEnd.close(path: "p")
  }

  @Test("a full device is an error with the path")
  func fullDevice() throws {
    let file = try FileDescriptor.open("/dev/full", .writeOnly)
    defer { try? file.close() }

    #expect(throws: FileError.system(path: "named", operation: .write, reason: .noSpace)) {
      try [UInt8(1)].withUnsafeBytes { try file.writeFully($0, path: "named") }
    }
  }

  @Test("a missing file is an error of opening")
  func missing() {
    #expect(
      throws: FileError.system(path: "/nowhere/x", operation: .open, reason: .noSuchFileOrDirectory)
    ) {
      _ = try FileDescriptor.openForReading("/nowhere/x")
    }
  }

  @Test("closing twice is reported")
  func closeError() throws {
    let file = try FileDescriptor.open("/dev/null", .readOnly)
    // Far above what other tests open at the same time, so that nobody else gets this number meanwhile.
    let high = FileDescriptor(rawValue: fcntl(file.rawValue, F_DUPFD, 900))
    try file.close()
    try high.close(path: "x")

    #expect(throws: FileError.system(path: "x", operation: .close, reason: .badFileDescriptor)) {
      try high.close(path: "x")
    }
  }
}
