import FileSupport
import PipeTestSupport
import SystemPackage
import Testing

@testable import Download

@Suite("digests of a growing file")
struct DigestThreadTests {
  private let scratch = ScratchDirectory("digest")

  @Test(
    "the digest is that of the bytes told of, however they came", .timeLimit(.minutes(1)),
    arguments: [0, 1, 300_000, 1_000_000])
  func digests(count: Int) throws {
    let bytes = archiveBytes(count)
    let file = try CheckedFile(scratch.write(bytes + [1, 2, 3], to: "a"))
    let thread = try DigestThread(file, DigestFunctions.sums.sha256)

    for length in stride(from: 0, through: count, by: 77_777) { thread.advance(to: length) }
    thread.advance(to: count)

    #expect(try thread.finish() == sha256(bytes))
  }

  @Test("a file that is cut off meanwhile is an error, not a digest", .timeLimit(.minutes(1)))
  func cutOff() throws {
    let file = try CheckedFile(scratch.write([1, 2, 3], to: "a"))
    let thread = try DigestThread(file, DigestFunctions.sums.md5)

    thread.advance(to: 4)

    #expect(throws: Errno.ioError) { try thread.finish() }
  }

  @Test("a thread that nobody asks for its digest ends with its owner", .timeLimit(.minutes(1)))
  func abandoned() throws {
    let file = try CheckedFile(scratch.write(archiveBytes(1000), to: "a"))

    var thread: DigestThread? = try DigestThread(file, DigestFunctions.sums.sha256)
    weak let watched = thread
    thread?.advance(to: 1000)
    thread = nil

    #expect(watched == nil)
  }
}
