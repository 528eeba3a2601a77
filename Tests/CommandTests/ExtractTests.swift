import Glibc
import PipeTestSupport
import SystemPackage
import Testing

/// The command on archives that are right, wrong, cut, or hostile; the rows X of the catalogue of faults.
@Suite("Extract", .timeLimit(.minutes(5)))
struct ExtractTests {
  private typealias Samples = ExtractSamples

  /// An archive that must be refused, and the words of the message.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let archive: [UInt8]
    let words: [String]

    init(_ name: String, _ archive: [UInt8], _ words: String...) {
      testDescription = name
      self.archive = archive
      self.words = words
    }

    /// The good archive with its members changed.
    init(
      _ name: String, members change: (inout [ArchiveBuilder.Member]) -> Void, endBlocks: Int = 2,
      _ words: String...
    ) {
      var members = Samples.members
      change(&members)
      testDescription = name
      archive = ArchiveBuilder.gzip(ArchiveBuilder.tar(members, endBlocks: endBlocks))
      self.words = words
    }

    /// The good archive in a gzip member with wrong fields.
    init(_ name: String, gzip change: (inout ArchiveBuilder.Gzip) -> Void, _ words: String...) {
      var gzip = ArchiveBuilder.Gzip()
      change(&gzip)
      testDescription = name
      archive = gzip.bytes(ArchiveBuilder.tar(Samples.members))
      self.words = words
    }
  }

  static let refusals: [Refusal] = [
    Refusal("X04 checksum of gzip", gzip: { $0.checksumError = 1 }, "checksum", "expected", "found"),
    Refusal(
      "X07 bytes after the end", Samples.archive + [UInt8](repeating: 7, count: 64),
      "unexpected bytes after the end"),
    Refusal(
      "X11 page", Array("<!DOCTYPE html><html><body>Please log in to go on.</body></html>".utf8),
      "is not a gzip archive", "HTML"),
    Refusal(
      "X11 zip", Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 9, count: 600),
      "is not a gzip archive", "a zip file"),
    Refusal(
      "X11 plain tar", ArchiveBuilder.tar(Samples.members), "is not a gzip archive", "a plain tar archive"),
    Refusal("X12 reserved flags", gzip: { $0.flags = 0x20 }, "gzip header"),
    Refusal("X12 method 7", gzip: { $0.method = 7 }, "gzip header"),
    Refusal(
      "X12 header checksum",
      gzip: {
        $0.flags = 2; $0.headerChecksumError = 1
      }, "checksum"),
    Refusal("X13 empty", [], "empty"),
    Refusal("X13 five bytes", [0x1f, 0x8b, 8, 0, 0], "too short"),
    Refusal("X14 checksum of tar", members: { $0[3].checksumError = 1 }, "member 4", "at byte"),
    Refusal("X15 no end blocks", members: { _ in }, endBlocks: 0, "end of archive missing"),
    Refusal("X17 letters in the size", members: { $0[1].sizeField = Array("12x45678901 ".utf8) }, "size"),
    Refusal(
      "X17 2^63", members: { $0[1].sizeField = [0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0] }, "member 2"),
    Refusal("X18 8 GiB", members: { $0[1].sizeField = [0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0] }, "limit"),
    Refusal("X22 ..", members: { $0.append(.init("../evil", [1])) }, "'../evil'", "'..'"),
    Refusal("X23 absolute", members: { $0.append(.init("/tmp/evil", [1])) }, "'/tmp/evil'", "absolute"),
    Refusal("X24 .. within", members: { $0.append(.init("a/../../evil", [1])) }, "'..'"),
    Refusal("X24 newline", members: { $0.append(.init("a\nb", [1])) }, #"'a\nb'"#),
    Refusal("X24 escape", members: { $0.append(.init("a\u{1b}[2Jb", [1])) }, #"\x1b"#),
    Refusal(
      "X25 link",
      members: { members in
        var link = ArchiveBuilder.Member("d", type: "2")
        link.linkName = Array("..".utf8)
        members += [link, .init("d/evil", [1])]
      }, "'d'", "symbolic link"),
    Refusal(
      "X26 hard link",
      members: { members in
        var link = ArchiveBuilder.Member("d", type: "1")
        link.linkName = Array("/etc/passwd".utf8)
        members.append(link)
      }, "link"),
    Refusal("X28 device", members: { $0.append(.init("d", type: "3")) }, "device"),
    Refusal("X28 FIFO", members: { $0.append(.init("d", type: "6")) }, "a named pipe"),
    Refusal("X30 twice", members: { $0.append($0[2]) }, "appears twice"),
    Refusal(
      "X32 file and directory",
      members: {
        $0.append(.init("\(Samples.directory)/readme.html/b", [1]))
      }, "both a file and a directory"),
    Refusal(
      "X40 missing and unknown",
      members: {
        $0.removeAll { String(decoding: $0.name, as: UTF8.self).hasSuffix("test_batch.bin") }
        $0.append(.init("\(Samples.directory)/more.bin", [1]))
      }, "missing: '\(Samples.directory)/test_batch.bin'", "unknown members: '\(Samples.directory)/more.bin'"),
    Refusal("X41 one byte short", members: { $0[1].data.removeLast() }, "a multiple of 3073", "found 6145"),
    Refusal("X45 pax path", members: { $0.insert(ArchiveBuilder.pax([("path", "../x")]), at: 1) }, "'../x'"),
    Refusal(
      "X47 companion", members: { $0.append(.init("\(Samples.directory)/._readme.html", [1])) }, "unknown"),
    Refusal(
      "another archive", ArchiveBuilder.gzip(ArchiveBuilder.tar([.init("notes.txt", [1])])),
      "missing", "unknown members: 'notes.txt'"),
  ]

  @Test("a wrong archive is refused in one line and leaves nothing", arguments: refusals)
  func refused(_ refusal: Refusal) {
    let scratch = ScratchDirectory("extract")
    scratch.write(refusal.archive, to: "a.tar.gz")

    let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)

    #expect(result.status == .exited(65))
    #expect(result.errorText.count { $0 == "\n" } == 1)
    #expect(result.errorText.hasPrefix("cifar-pipe: a.tar.gz: "))
    for word in refusal.words { #expect(result.errorText.contains(word), "\(result.errorText)") }
    #expect(result.output == [])
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz"])
  }

  @Test("an archive cut anywhere ends early, at the byte that is told (X02)")
  func cut() {
    let scratch = ScratchDirectory("extract")
    for count in stride(from: 20, to: Samples.archive.count, by: 1500) {
      scratch.write(Array(Samples.archive[..<count]), to: "a.tar.gz")

      let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)

      #expect(result.status == .exited(65))
      #expect(result.errorText.contains("ends early at byte \(count)"), "\(result.errorText)")
      #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz"])
    }
  }

  @Test("no flipped bit goes unseen (X03)")
  func flipped() {
    let scratch = ScratchDirectory("extract")
    // The time stamp, the extra flags and the system of the gzip header have no check and no meaning.
    for index in stride(from: 10, to: Samples.archive.count, by: Samples.archive.count / 60) {
      var archive = Samples.archive
      archive[index] ^= 1 << UInt8(index % 8)
      scratch.write(archive, to: "a.tar.gz")

      let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)

      #expect(result.status == .exited(65), "bit \(index % 8) of byte \(index)")
      #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz"])
    }
  }

  @Test("two gzip members, cut in a tar header, are one archive (X09)")
  func twoMembers() {
    let scratch = ScratchDirectory("extract")
    let tar = ArchiveBuilder.tar(Samples.members)
    scratch.write(
      ArchiveBuilder.gzip(Array(tar[..<700])) + ArchiveBuilder.gzip(Array(tar[700...])), to: "a.tar.gz")

    let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)

    #expect(result.status == .exited(0))
    #expect(result.errorText == "cifar-pipe: 8 files, 36888 bytes in out\n")
    #expect(Samples.isComplete(scratch.path.appending("out").appending(Samples.directory)))
  }

  @Test("without --output the official directory comes into the working directory")
  func standardOutput() throws {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "a.tar.gz")

    let result = Tool.run("extract", "a.tar.gz", "--json", "--quiet", in: scratch.path)

    #expect(result.status == .exited(0))
    #expect(result.errorText == "")
    #expect(
      result.outputText.hasPrefix(
        #"{"schema": "cifar-pipe/extract/1", "dataset": "cifar10", "variant": "binary", "#
          + #""directory": "cifar-10-batches-bin", "files": 8, "bytes": 36888, "seconds": "#))
    #expect(Samples.isComplete(scratch.path.appending(Samples.directory)))
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz", Samples.directory])
  }

  @Test("modes and owners of the archive are not taken over (X29)")
  func modes() {
    let scratch = ScratchDirectory("extract")
    var members = Samples.members
    members[0].mode = 0
    members[1].mode = 0o4777
    members[2].mode = 0
    for index in members.indices { members[index].owner = 12345 }
    scratch.write(ArchiveBuilder.gzip(ArchiveBuilder.tar(members)), to: "a.tar.gz")

    let result = Tool.shell(
      "umask 027; cifar-pipe extract -q a.tar.gz -o out && find out -printf '%m %u\\n' | sort -u; id -un",
      in: scratch.path
    ).runChecked()

    let user = result.outputText.split(separator: "\n").last ?? ""
    #expect(result.outputText == "640 \(user)\n750 \(user)\n\(user)\n")
  }

  @Test("standard input, byte by byte, gives the same (X42)")
  func standardInput() {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "a.tar.gz")

    let result = Tool.shell(
      "dd if=a.tar.gz bs=1 2>/dev/null | cifar-pipe extract - --output out", in: scratch.path
    ).runChecked()

    #expect(result.status == .exited(0))
    #expect(Samples.isComplete(scratch.path.appending("out").appending(Samples.directory)))
  }

  @Test("an output that is in the way is told and stays as it is (X33, X35)")
  func inTheWay() {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "a.tar.gz")
    let out = scratch.path.appending("out")
    mkdir(out.string, 0o755)
    symlink("out", scratch.path.appending("link").string)
    let file = scratch.write([1], to: "out/mine")

    let full = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)
    let link = Tool.run("extract", "a.tar.gz", "--output", "link", "--force", in: scratch.path)
    let orphan = Tool.run("extract", "a.tar.gz", "--output", "no/where", in: scratch.path)

    for result in [full, link, orphan] { #expect(result.status == .exited(73)) }
    #expect(full.errorText.contains("--force"))
    #expect(link.errorText.contains("a symbolic link"))
    #expect(FileBytes.read(file) == [1])
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz", "link", "out"])
  }

  @Test("--force replaces a directory by a good archive alone (X34)")
  func forced() {
    let scratch = ScratchDirectory("extract")
    var damaged = Samples.archive
    damaged[damaged.count * 9 / 10] ^= 1
    scratch.write(damaged, to: "bad.tar.gz")
    scratch.write(Samples.archive, to: "good.tar.gz")
    mkdir(scratch.path.appending("out").string, 0o755)
    let old = scratch.write([1], to: "out/old")

    let bad = Tool.run("extract", "bad.tar.gz", "--output", "out", "--force", in: scratch.path)
    let kept = FileBytes.read(old)
    let good = Tool.run("extract", "good.tar.gz", "--output", "out", "--force", in: scratch.path)

    #expect(bad.status == .exited(65))
    #expect(kept == [1])
    #expect(good.status == .exited(0))
    #expect(FileBytes.names(in: scratch.path.appending("out")) == [Samples.directory])
    #expect(FileBytes.names(in: scratch.path) == ["bad.tar.gz", "good.tar.gz", "out"])
  }

  @Test("a missing archive or a directory is no input")
  func noInput() {
    let scratch = ScratchDirectory("extract")

    let missing = Tool.run("extract", "no.tar.gz", in: scratch.path)
    let directory = Tool.run("extract", ".", in: scratch.path)

    #expect(missing.status == .exited(66))
    #expect(directory.status == .exited(66))
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("a full disk is told with the path, and nothing is left (X37)", .enabled(if: TinyDisk.isAvailable))
  func fullDisk() throws {
    let disk = try #require(TinyDisk(byteCount: 24576))
    let scratch = ScratchDirectory("extract")
    let archive = scratch.write(Samples.archive, to: "a.tar.gz")

    let result = Tool.run("extract", archive.string, "--output", "\(disk.path)/out")

    #expect(result.status == .exited(74))
    #expect(result.errorText.contains("no space left on device"))
    #expect(result.errorText.contains("\(disk.path)/out"))
    #expect(FileBytes.names(in: disk.path) == [])
  }

  @Test("a signal in the middle leaves nothing (X38)", arguments: [SIGTERM, SIGINT])
  func signalled(signal: Int32) {
    let scratch = ScratchDirectory("extract")
    let pipe = HalfFedPipe(at: scratch.path.appending("a.tar.gz"), Array(Samples.archive.prefix(20_000)))
    let run = Tool.command(["extract", "a.tar.gz", "--output", "out"], in: scratch.path).start()
    pipe.waitUntilRead()

    run.send(signal)
    let result = run.finishChecked()

    #expect(result.status == .signalled(signal))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText == "")
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz"])
  }

  @Test("kill -9 at any of fifty points, then run again: complete, and nothing left (X39)")
  func killed() {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "good.tar.gz")
    for point in 1...50 {
      let name = "pipe-\(point)"
      let count = Samples.archive.count * point / 51
      let pipe = HalfFedPipe(at: scratch.path.appending(name), Array(Samples.archive[..<count]))
      let run = Tool.command(["extract", name, "--output", "out"], in: scratch.path).start()
      pipe.waitUntilRead()

      run.send(SIGKILL)
      _ = run.finish()
      unlink(scratch.path.appending(name).string)
      #expect(!FileBytes.names(in: scratch.path).contains("out"), "\(point)")
      let again = Tool.run("extract", "good.tar.gz", "--output", "out", in: scratch.path)

      #expect(again.status == .exited(0), "\(point)")
      #expect(Samples.isComplete(scratch.path.appending("out").appending(Samples.directory)), "\(point)")
      #expect(FileBytes.names(in: scratch.path) == ["good.tar.gz", "out"], "\(point)")
      _ = Tool.shell("rm -r out", in: scratch.path).run()
    }
  }

  @Test("real records are extracted whole (X01)", .enabled(if: RealRecords.areAvailable))
  func real() throws {
    let archive = try #require(RealRecords.archive)
    let scratch = ScratchDirectory("extract")

    let result = Tool.run("extract", archive.string, "--output", "out", in: scratch.path)
    let same = Tool.shell(
      "mkdir tar && tar -C tar -xf '\(archive)' && diff -r tar out && find out -type f | wc -l",
      in: scratch.path
    ).run()

    #expect(result.status == .exited(0))
    #expect(same.outputText == "8\n")
  }
}

/// A named pipe that has got the beginning of an archive and waits for more that never comes.
private final class HalfFedPipe {
  private let descriptor: Int32

  /// Makes the pipe; `bytes` fit into it.
  init(at path: FilePath, _ bytes: [UInt8]) {
    precondition(mkfifo(path.string, 0o600) == 0, "no pipe")
    // For reading too, so that the opening waits for nobody.
    descriptor = open(path.string, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    precondition(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
  }

  deinit { close(descriptor) }

  /// Waits until somebody has read all of it, at most half a minute.
  func waitUntilRead() {
    let deadline = ContinuousClock.now + .seconds(30)
    var count: Int32 = 1
    while count > 0 && .now < deadline {
      _ = ioctl(descriptor, UInt(FIONREAD), &count)
      usleep(1000)
    }
    #expect(count == 0)
  }
}

/// A file system in memory of a few kilobytes, for as long as this object lives.
final class TinyDisk {
  /// Where it is mounted.
  let path: FilePath
  private let scratch = ScratchDirectory("disk")

  /// Whether this process may mount one.
  static let isAvailable = TinyDisk(byteCount: 4096) != nil

  /// Mounts one; `nil` if that is not allowed.
  init?(byteCount: Int) {
    path = scratch.path
    guard mount("none", path.string, "tmpfs", 0, "size=\(byteCount)") == 0 else { return nil }
  }

  deinit { umount2(path.string, Int32(MNT_DETACH)) }
}
