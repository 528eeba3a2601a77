import FileSupport
import Platform
import PipeTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import Download

/// What is at the destination before, and what may be there afterwards.
@Suite("fetch and its destination")
struct DownloadPlaceTests {
  /// A `file` URL of a new file with `bytes`, so that these tests need no network.
  private func source(_ fetch: Fetch, _ bytes: [UInt8]? = nil) -> (url: String, scratch: ScratchDirectory) {
    let scratch = ScratchDirectory("source")
    return ("file://" + scratch.write(bytes ?? fetch.file, to: "original.tar.gz").string, scratch)
  }

  private func inode(_ path: FilePath) -> UInt64 {
    var status = Platform.stat()
    return path.withPlatformString { lstat($0, &status) } == 0 ? UInt64(status.st_ino) : 0
  }

  @Test("F30: a missing directory is told before anything is asked")
  func missingDirectory() {
    let fetch = Fetch()

    let result = fetch.run(["https://host.invalid/a"]) { $0.destination = "/nowhere/at/all/a.tar.gz" }

    #expect(result.cause == .creation)
    #expect(result.text == "/nowhere/at/all: cannot open: no such file or directory")
    #expect(fetch.events.isEmpty)
  }

  @Test(
    "F30: a directory that may not be written to is told before anything is asked",
    .enabled(if: getuid() != 0, "the superuser may write anywhere"))
  func readOnlyDirectory() {
    let fetch = Fetch()
    _ = fetch.scratch.path.withPlatformString { chmod($0, 0o555) }
    defer { _ = fetch.scratch.path.withPlatformString { chmod($0, 0o755) } }

    let result = fetch.run(["https://host.invalid/a"])

    #expect(result.cause == .creation)
    #expect(fetch.events.isEmpty)
  }

  @Test(
    "F31: of two fetches into one directory one works, and the other finds its result",
    .timeLimit(.minutes(1)))
  func twoFetches() throws {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    let directory = try DirectoryHandle(opening: fetch.scratch.path)
    let lock = Mutex(try DirectoryLock.attempt(directory))

    // The other process holds the lock until we wait for it, and has then finished the file.
    let waiting = Mutex(false)
    let result = fetch.run(
      [url],
      isStopped: {
        if !waiting.withLock({ $0 }),
          fetch.events.contains(where: { if case .waitingForLock = $0 { true } else { false } })
        {
          waiting.withLock { $0 = true }
          fetch.scratch.write(fetch.file, to: fetch.name)
          lock.withLock { $0?.release() }
        }
        return false
      })

    #expect(try result.get().outcome == .alreadyPresent)
    #expect(waiting.withLock { $0 })
    #expect(fetch.isRight)
    withExtendedLifetime(scratch) {}
  }

  @Test("F31: a lock that is never given back ends the wait and is named", .timeLimit(.minutes(1)))
  func busy() throws {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    let lock = try DirectoryLock.attempt(try DirectoryHandle(opening: fetch.scratch.path))

    let result = fetch.run([url]) { $0.limits.lockWait = .seconds(1) }

    #expect(result.cause == .temporary)
    #expect(result.text.contains("/.cifar-pipe.lock: locked by process \(getpid())"))
    lock?.release()
    #expect(fetch.names.isEmpty)
    withExtendedLifetime(scratch) {}
  }

  @Test("F33: the right file is left alone, and nothing is asked")
  func alreadyPresent() throws {
    let fetch = Fetch()
    let path = fetch.scratch.write(fetch.file, to: fetch.name)
    fetch.scratch.write([1, 2, 3], to: "archive.tar.gz.part")
    let before = inode(path)

    let result = try fetch.run(["https://host.invalid/a"]).get()

    #expect(result.outcome == .alreadyPresent)
    #expect(result.digests.sha256 == sha256(fetch.file))
    #expect(inode(path) == before)
    #expect(fetch.events.isEmpty)
    #expect(fetch.isRight)
  }

  @Test("F34: a wrong file is refused, and the message names --force", arguments: [100_000, 5])
  func wrongFile(length: Int) {
    let fetch = Fetch()
    let wrong = archiveBytes(length, seed: 4)
    fetch.scratch.write(wrong, to: fetch.name)

    let result = fetch.run(["https://host.invalid/a"])

    #expect(result.cause == .data)
    #expect(result.text.contains("exists and is not the expected file"))
    #expect(result.text.contains("--force"))
    #expect(fetch.bytes(fetch.name) == wrong)
    #expect(fetch.names == [fetch.name])
  }

  @Test("F34: with leave, a wrong file is replaced by the checked one")
  func replaced() throws {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    fetch.scratch.write([1, 2, 3], to: fetch.name)

    let result = try fetch.run([url]) { $0.replacesExisting = true }.get()

    #expect(result.outcome == .fetched)
    #expect(fetch.isRight)
    withExtendedLifetime(scratch) {}
  }

  @Test("F34: with leave, a wrong file stays if what was fetched is wrong too")
  func notReplaced() {
    let fetch = Fetch()
    let (url, scratch) = source(fetch, archiveBytes(100_000, seed: 5))
    fetch.scratch.write([1, 2, 3], to: fetch.name)

    let result = fetch.run([url]) { $0.replacesExisting = true }

    #expect(result.cause == .data)
    #expect(fetch.bytes(fetch.name) == [1, 2, 3])
    #expect(fetch.names == [fetch.name])
    withExtendedLifetime(scratch) {}
  }

  @Test("a file is not overwritten when nothing is known to check it with")
  func uncheckable() {
    let fetch = Fetch()
    fetch.scratch.write(fetch.file, to: fetch.name)

    let result = fetch.run(["https://host.invalid/a"], expected: ExpectedContent())

    #expect(result.cause == .creation)
    #expect(result.text.contains("no digest is known"))
  }

  @Test(
    "a file of which no digest is known gets its name when it has been inspected (N04)",
    arguments: [nil, "it is wrong"])
  func inspected(finding: String?) {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)

    let result = fetch.run([url], expected: ExpectedContent()) { request in
      request.inspect = { path in
        #expect(FileBytes.read(path) == fetch.file)
        #expect(!fetch.isPresent)
        return finding
      }
    }

    #expect(fetch.isRight == (finding == nil))
    #expect(fetch.names == (finding == nil ? [fetch.name] : []))
    if let finding { #expect(result.sourceFailures == [.notGood(reason: finding)]) }
    withExtendedLifetime(scratch) {}
  }

  @Test("a stop during an inspection says that what is complete is continued (F26)")
  func stoppedInspection() {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    let isInspecting = Atomic(false)

    let result = fetch.run([url], expected: ExpectedContent()) { request in
      request.inspect = { _ in
        isInspecting.store(true, ordering: .relaxed)
        throw Errno.canceled
      }
    } isStopped: {
      isInspecting.load(ordering: .relaxed)
    }

    #expect(result.cause == .stopped)
    #expect(
      result.text.hasSuffix("stopped with 100000 of 100000 bytes; the same command continues from there"))
    #expect(fetch.bytes(fetch.name + ".part") == fetch.file)
    withExtendedLifetime(scratch) {}
  }

  @Test("an inspection of another process's file tells nothing of ours (N16e)", arguments: [true, false])
  func interference(isReadable: Bool) {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)

    let result = fetch.run([url], expected: ExpectedContent()) { request in
      request.inspect = { path in
        unlink(path.string)
        guard isReadable else { throw Errno.noSuchFileOrDirectory }
        fetch.scratch.write([1, 2, 3], to: fetch.name + ".part")
        return "it ends early"
      }
    }

    #expect(result.cause == .temporary)
    #expect(fetch.bytes(fetch.name + ".part") == (isReadable ? [1, 2, 3] : nil))
    #expect(!fetch.isPresent)
    withExtendedLifetime(scratch) {}
  }

  @Test("an inspection that cannot be carried out leaves what is complete")
  func notInspected() {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)

    let result = fetch.run([url], expected: ExpectedContent()) { $0.inspect = { _ in throw Errno.ioError } }

    #expect(result.cause == .storage)
    #expect(fetch.bytes(fetch.name + ".part") == fetch.file)
    #expect(!fetch.isPresent)
    withExtendedLifetime(scratch) {}
  }

  @Test(
    "a link or a second name in place of the unfinished file is not written through, and a link is not removed",
    .timeLimit(.minutes(1)), arguments: ["symbolic", "hard", "pipe"])
  func plantedPart(kind: String) {
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    let victim = scratch.write([1, 2, 3, 4], to: "victim")
    let part = fetch.scratch.path.appending("archive.tar.gz.part")
    part.withPlatformString { part in
      victim.withPlatformString { victim in
        switch kind {
        case "symbolic": _ = symlink(victim, part)
        case "hard": _ = link(victim, part)
        default: _ = mkfifo(part, 0o644)
        }
      }
    }

    let result = fetch.run([url])

    if kind == "hard" {
      #expect(fetch.isRight)
    } else {
      #expect(result.cause == .creation)
      #expect(fetch.names == ["archive.tar.gz.part"])
    }
    #expect(FileBytes.read(victim) == [1, 2, 3, 4])
  }

  @Test(
    "F29: a full disk is told with the path and the bytes that are missing", .timeLimit(.minutes(1)),
    .enabled(if: SmallDisk.isAvailable, "mounting a small file system is not allowed here"))
  func diskFull() throws {
    let disk = try #require(SmallDisk(byteCount: 64 << 10))
    let fetch = Fetch()
    let (url, scratch) = source(fetch)
    let destination = disk.path.appending("archive.tar.gz")

    let result = fetch.run([url]) { $0.destination = destination }

    #expect(result.cause == .storage)
    #expect(result.text.hasPrefix("\(destination.string).part: no space left on device ("))
    #expect(result.text.hasSuffix(" bytes still needed)"))
    #expect(inode(destination) == 0)
    withExtendedLifetime(scratch) {}
  }
}
