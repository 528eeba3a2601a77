import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import Download

@Suite("the unfinished file")
struct PartialDownloadTests {
  private let scratch = ScratchDirectory("partial")
  private let file = archiveBytes(10_000)
  private let name: FilePath.Component = "a.tar.gz"

  private func open(_ expected: ExpectedContent? = nil) throws -> PartialDownload {
    try PartialDownload(
      for: name, in: try DirectoryHandle(opening: scratch.path),
      expected: expected ?? ExpectedContent(byteCount: 10_000, sha256: sha256(file)), digests: .sums)
  }

  private var names: [String] { FileBytes.names(in: scratch.path) }

  private var record: PartialRecord {
    PartialRecord(
      url: "https://host/a", tag: EntityTag("\"a\""), total: 10_000, wanted: "sha256:" + sha256(file))
  }

  private func append(_ range: Range<Int>, to partial: PartialDownload) throws {
    try file[range].withUnsafeBytes { try partial.append($0) }
  }

  @Test("nothing is made before the first byte")
  func untouched() throws {
    let partial = try open()

    #expect(partial.length == 0)
    #expect(names.isEmpty)
    try partial.keep()
    #expect(names.isEmpty)
  }

  @Test("what one run keeps the next one continues, and both digests are of the whole")
  func continued() throws {
    let first = try open()
    try first.startOver(from: record)
    try append(0..<4000, to: first)
    try first.keep()

    let second = try open()
    #expect(second.length == 4000)
    #expect(second.record?.url == "https://host/a")
    #expect(second.record?.prefixLength == 4000)
    try second.goOn(from: record)
    try append(4000..<10_000, to: second)
    let digests = try second.finishDigests()
    try second.publish(replacing: false)

    #expect(digests?.sha256 == sha256(file))
    #expect(names == ["a.tar.gz"])
  }

  @Test("a digest that takes too long is not waited for, and the bytes are continued all the same (F26)")
  func impatient() throws {
    let slow = DigestFunctions(sha256: { SlowDigest() }, md5: { SlowDigest() })
    let directory = try DirectoryHandle(opening: scratch.path)
    let first = try PartialDownload(for: name, in: directory, expected: ExpectedContent(), digests: slow)
    try first.startOver(from: PartialRecord(url: "https://host/a"))
    try [UInt8](repeating: 1, count: 16 << 20).withUnsafeBytes { try first.append($0) }

    try first.keep(patience: .zero)
    let second = try PartialDownload(for: name, in: directory, expected: ExpectedContent(), digests: .sums)

    #expect(second.length == 16 << 20)
    #expect(second.record?.prefixDigest == nil)
  }

  @Test("a run that was killed leaves bytes that the next one continues")
  func killed() throws {
    let first = try open()
    try first.startOver(from: record)
    try append(0..<4000, to: first)
    // Not kept: as after SIGKILL the record says nothing of the bytes.

    let second = try open()

    #expect(second.length == 4000)
    #expect(second.record == record)
  }

  @Test("stored bytes that have changed since are dropped")
  func changedPrefix() throws {
    let first = try open()
    try first.startOver(from: record)
    try append(0..<4000, to: first)
    try first.keep()
    scratch.write([UInt8](repeating: 7, count: 4000), to: "a.tar.gz.part")

    let second = try open()

    #expect(second.length == 0)
    #expect(names.isEmpty)
  }

  @Test("stored bytes of another file are dropped")
  func otherFile() throws {
    let first = try open()
    try first.startOver(from: record)
    try append(0..<4000, to: first)
    try first.keep()

    let second = try open(ExpectedContent(byteCount: 10_000, sha256: String(repeating: "0", count: 64)))

    #expect(second.length == 0)
    #expect(names.isEmpty)
  }

  @Test("the final name is not taken from another file without leave")
  func noReplacement() throws {
    let partial = try open()
    try partial.startOver(from: record)
    try append(0..<10_000, to: partial)
    scratch.write([1], to: "a.tar.gz")

    #expect(throws: DownloadError.self) { try partial.publish(replacing: false) }
    try partial.startOver(from: record)
    try append(0..<10_000, to: partial)
    try partial.publish(replacing: true)
    #expect(names == ["a.tar.gz"])
  }

  @Test("an unfinished file that was exchanged is not published")
  func exchanged() throws {
    let partial = try open()
    try partial.startOver(from: record)
    try append(0..<10_000, to: partial)
    let directory = try DirectoryHandle(opening: scratch.path)
    try directory.removeFile("a.tar.gz.part")
    scratch.write(file, to: "a.tar.gz.part")

    #expect(throws: DownloadError.self) { try partial.publish(replacing: false) }
    #expect(try directory.kind(of: name) == nil)
  }
}

/// A digest for which a block takes longer than anybody waits at the end.
private struct SlowDigest: ByteDigest {
  mutating func update(_ bytes: UnsafeRawBufferPointer) { usleep(20_000) }

  func hexadecimal() -> String { "" }
}
