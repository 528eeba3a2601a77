import FileSupport
import Platform
import PipeTestSupport
import Testing

@Suite("DirectoryLock")
struct DirectoryLockTests {
  private let scratch = ScratchDirectory("lock")

  private struct GaveUp: Error {}

  @Test("one at a time; the file is gone afterwards")
  func exclusive() throws {
    let directory = try DirectoryHandle(opening: scratch.path)
    let first = try #require(try DirectoryLock.attempt(directory))

    #expect(try DirectoryLock.attempt(directory) == nil)
    #expect(DirectoryLock.holder(in: directory) == Int(getpid()))
    first.release()
    let second = try #require(try DirectoryLock.attempt(directory))
    second.release()

    #expect(try directory.isEmpty())
  }

  @Test("waiting ends at the deadline with the holder's number", .timeLimit(.minutes(1)))
  func deadline() throws {
    let directory = try DirectoryHandle(opening: scratch.path)
    let held = try #require(try DirectoryLock.attempt(directory))

    #expect(
      throws: FileError.locked(
        path: directory.path(of: DirectoryLock.fileName), holder: Int(getpid()))
    ) { try DirectoryLock.acquire(directory, until: .now + .milliseconds(50)) }
    held.release()
  }

  @Test("waiting ends when the checkpoint throws", .timeLimit(.minutes(1)))
  func checkpoint() throws {
    let directory = try DirectoryHandle(opening: scratch.path)
    let held = try #require(try DirectoryLock.attempt(directory))

    #expect(throws: GaveUp.self) {
      try DirectoryLock.acquire(directory, until: nil) { throw GaveUp() }
    }
    held.release()
  }

  @Test("a waiting run gets the lock when it is given back", .timeLimit(.minutes(1)))
  func handOver() throws {
    let directory = try DirectoryHandle(opening: scratch.path)
    let held = try #require(try DirectoryLock.attempt(directory))

    let lock = try DirectoryLock.acquire(directory, until: nil) { held.release() }

    #expect(DirectoryLock.holder(in: directory) == Int(getpid()))
    lock.release()
  }

  @Test("a lock file of a dead process does not lock")
  func stale() throws {
    let directory = try DirectoryHandle(opening: scratch.path)
    scratch.write(Array("99999999\n".utf8), to: ".cifar-pipe.lock")

    #expect(try DirectoryLock.attempt(directory) != nil)
  }
}
