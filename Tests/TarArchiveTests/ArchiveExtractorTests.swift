import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import TarArchive
import Testing

@Suite("ArchiveExtractor", .timeLimit(.minutes(2)))
struct ArchiveExtractorTests {
  private typealias Member = ArchiveBuilder.Member

  private struct Stopped: Error {}

  private let scratch = ScratchDirectory("extract")
  private var output: FilePath { scratch.path.appending("out") }

  private let sampleTree: [String: [UInt8]] = [
    "set/": [], "set/data.bin": Sample.data, "set/names.txt": Sample.text, "set/empty": [],
  ]

  /// Extracts `bytes`; `nil` and an issue when that works although it must not.
  @discardableResult
  private func refusal(
    of bytes: [UInt8], _ extractor: ArchiveExtractor = ArchiveExtractor(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ArchiveError? {
    let before = try tree(scratch.path)
    let error = #expect(throws: ArchiveError.self, sourceLocation: sourceLocation) {
      try extractor.extract(MemorySource(bytes), to: output)
    }
    #expect(try tree(scratch.path) == before, "something was left", sourceLocation: sourceLocation)
    return error
  }

  // MARK: Good archives

  @Test("a good archive becomes a directory, with counts", arguments: [false, true])
  func good(flushes: Bool) throws {
    let source = try MemorySource(compressed(Sample.tar))
    var extractor = ArchiveExtractor()
    extractor.flushesToDisk = flushes

    let summary = try extractor.extract(source, to: output)

    #expect(
      summary == .init(fileCount: 3, byteCount: UInt64(Sample.data.count + Sample.text.count)))
    #expect(try tree(output) == sampleTree)
    #expect(try tree(scratch.path).keys.filter { !$0.hasPrefix("out/") } == [])
  }

  @Test("an archive that arrives byte by byte becomes the same directory", arguments: [1, 7, 513])
  func pieces(size: Int) throws {
    let source = try MemorySource(compressed(Sample.tar), pieceSize: size)

    _ = try ArchiveExtractor().extract(source, to: output)

    #expect(try tree(output) == sampleTree)
  }

  /// Runs GNU tar.
  private func tar(_ arguments: String...) -> CommandResult {
    Command("/bin/tar", arguments, environment: ["PATH=/usr/bin:/bin"]).run()
  }

  @Test("the real archive, from a file, is what GNU tar makes of it", .enabled(if: RealRecords.areAvailable))
  func real() throws {
    let archive = try #require(RealRecords.archive)
    var extractor = ArchiveExtractor()
    extractor.format = .gzip

    let summary = try extractor.extract(FileSource(opening: archive), to: output)

    let other = try DirectoryHandle(opening: scratch.path).createDirectory("tar")
    #expect(tar("-xzf", archive.string, "-C", other.path.string).status == .exited(0))
    let expected = try tree(other.path)
    #expect(summary.fileCount == expected.keys.filter { !$0.hasSuffix("/") }.count)
    #expect(try tree(output) == expected)
  }

  @Test(
    "an archive of GNU tar, bsdtar or pax format with long names is read",
    arguments: ["gnu", "ustar", "pax", "v7"])
  func otherWriters(format: String) throws {
    let longName = String(repeating: "n", count: format == "v7" ? 60 : 90)
    let directory = try DirectoryHandle(opening: scratch.path).createDirectory("in")
    scratch.write(Sample.data, to: "in/\(longName)")
    let deep = try directory.createDirectory(try #require(.init(String(repeating: "d", count: 30))))
    try deep.createFile("x").close()
    let archive = scratch.path.appending("a.tar.gz")
    let made = tar("-C", scratch.path.string, "--format=\(format)", "-czf", archive.string, "in")
    #expect(made.status == .exited(0))

    _ = try ArchiveExtractor().extract(FileSource(opening: archive), to: output)

    #expect(try tree(output.appending("in")) == tree(directory.path))
  }

  @Test("modes and owners in the archive count for nothing")
  func modes() throws {
    var suid = Member("suid", [1])
    suid.mode = 0o4777
    suid.owner = 12345
    var none = Member("none", [2])
    none.mode = 0
    var directory = Member("d/", type: "5")
    directory.mode = 0

    _ = try ArchiveExtractor().extract(
      MemorySource(ArchiveBuilder.tar([suid, none, directory, Member("d/x")])), to: output)

    // Read without setting it: it belongs to all tests that run at the same time.
    let status = try #require(FileBytes.text("/proc/self/status"))
    let mask = try #require(status.firstMatch(of: /Umask:\s+([0-7]+)/).flatMap { mode_t($0.1, radix: 8) })
    for (name, mode) in [("suid", 0o644), ("none", 0o644), ("d", 0o755), ("d/x", 0o644), ("", 0o755)] {
      var found = stat()
      #expect(lstat(output.string + "/" + name, &found) == 0)
      #expect(found.st_mode & 0o7777 == mode_t(mode) & ~mask, "\(name)")
      #expect(found.st_uid == geteuid())
    }
  }

  @Test("a directory around all members can be stripped, and members outside it are refused")
  func stripped() throws {
    var extractor = ArchiveExtractor()
    extractor.strippedDirectory = try MemberPath(checking: Array("set".utf8))

    _ = try extractor.extract(MemorySource(Sample.tar), to: output)

    #expect(Set(try tree(output).keys) == ["data.bin", "names.txt", "empty"])
    extractor.replaceable = ReplaceableContents { _, _ in true }
    try refusal(of: ArchiveBuilder.tar([Member("set/a"), Member("other")]), extractor)
    try refusal(of: ArchiveBuilder.tar([Member("set")]), extractor)
  }

  // MARK: Bad archives leave nothing

  @Test("a cut archive leaves nothing, wherever it is cut")
  func cut() throws {
    let bytes = try compressed(Sample.tar)
    for length in stride(from: 0, to: bytes.count, by: 37) {
      guard case .endsEarly(UInt64(length), _) = try refusal(of: Array(bytes[..<length]))?.fault else {
        Issue.record("cut at \(length): another fault")
        continue
      }
    }
  }

  @Test(
    "names that lead outside leave nothing, inside or out",
    arguments: [
      "../evil", "/tmp/cifar-pipe-evil", "a/../../evil", "a//b", "", "new\nline", "esc\u{1b}[2J",
    ])
  func badNames(name: String) throws {
    let archive = ArchiveBuilder.tar([Member("good", [1]), Member(name, [2])])

    guard case .badName = try refusal(of: archive)?.fault else { throw Stopped() }
    #expect(access("/tmp/cifar-pipe-evil", F_OK) != 0)
  }

  @Test("links and special members leave nothing", arguments: ["1", "2", "3", "4", "6"] as [Character])
  func links(type: Character) throws {
    let target = scratch.write([1], to: "target")
    for link in ["..", target.string, "../target"] {
      var member = Member("d", type: type)
      member.linkName = Array(link.utf8)
      guard
        case .unsupportedKind = try refusal(of: ArchiveBuilder.tar([member, Member("d/evil", [2])]))?.fault
      else { throw Stopped() }
    }
    var found = stat()
    #expect(lstat(target.string, &found) == 0)
    #expect(found.st_nlink == 1)
  }

  @Test("members that are wrong together leave nothing")
  func together() throws {
    #expect(
      try refusal(of: ArchiveBuilder.tar([Member("a", [1]), Member("a", [2])]))?.fault == .appearsTwice)
    #expect(
      try refusal(of: ArchiveBuilder.tar([Member("a", [1]), Member("a/b", [2])]))?.fault
        == .fileAndDirectory(path: Array("a".utf8)))
  }

  @Test("members that are not the expected ones leave nothing")
  func expected() throws {
    var extractor = ArchiveExtractor()
    extractor.expected = ExpectedMembers(
      required: ["set/data.bin": .exactly(1500), "set/test.bin": .any],
      optional: ["set/names.txt": .any, "set/empty": .any])

    let error = try refusal(of: Sample.tar + [], extractor)

    #expect(
      error?.fault
        == .wrongMembers(missing: [Array("set/test.bin".utf8)], unknown: [], unknownCount: 0))
    #expect(error?.description == "memory: members are missing: 'set/test.bin'")
  }

  @Test("damage that shows only at the very end leaves nothing")
  func lateDamage() throws {
    var gzip = ArchiveBuilder.Gzip()
    gzip.checksumError = 1

    guard case .checksum = try refusal(of: gzip.bytes(Sample.tar))?.fault else { throw Stopped() }
    guard case .trailingBytes = try refusal(of: ArchiveBuilder.gzip(Sample.tar) + [1])?.fault else {
      throw Stopped()
    }
    // Far enough after the last member that reading ahead has not come there by then.
    let long = ArchiveBuilder.tar([Member("a", [1])], endBlocks: 6000)
    guard case .checksum = try refusal(of: gzip.bytes(long))?.fault else { throw Stopped() }
  }

  // MARK: Outputs

  @Test("an output with contents is refused before, and stays")
  func existing() throws {
    let old = try DirectoryHandle(opening: scratch.path).createDirectory("out")
    try old.createFile("old").close()

    #expect(throws: FileError.exists(path: output, kind: .directory)) {
      try ArchiveExtractor().extract(MemorySource(Sample.tar), to: output)
    }
    #expect(try tree(scratch.path) == ["out/": [], "out/old": []])
  }

  @Test("with leave the old directory goes only when the new one is good")
  func replace() throws {
    let old = try DirectoryHandle(opening: scratch.path).createDirectory("out")
    try old.createFile("old").close()
    var extractor = ArchiveExtractor()
    extractor.replaceable = ReplaceableContents { _, _ in true }
    let bytes = try compressed(Sample.tar)

    try refusal(of: Array(bytes[..<(bytes.count * 9 / 10)]), extractor)
    _ = try extractor.extract(MemorySource(bytes), to: output)

    #expect(try tree(output) == sampleTree)
    #expect(try DirectoryHandle(opening: scratch.path).entries() == ["out"])
  }

  @Test("an output that is a link is refused, with leave or without", arguments: [false, true])
  func link(replaces: Bool) throws {
    try DirectoryHandle(opening: scratch.path).createDirectory("target").synchronize()
    #expect(symlink("target", output.string) == 0)
    var extractor = ArchiveExtractor()
    if replaces { extractor.replaceable = ReplaceableContents { _, _ in true } }

    #expect(throws: FileError.notReplaceable(path: output, kind: .symbolicLink)) {
      try extractor.extract(MemorySource(Sample.tar), to: output)
    }
    #expect(try tree(scratch.path) == ["out (a symbolic link)": [], "target/": []])
  }

  @Test("what a killed run has left is cleared by the next")
  func stale() throws {
    let parent = try DirectoryHandle(opening: scratch.path)
    let stale = try parent.createDirectory(".out.cifar-pipe-99999999-0123abcd.staging")
    try stale.createDirectory("set").createFile("data.bin").close()

    _ = try ArchiveExtractor().extract(MemorySource(Sample.tar), to: output)

    #expect(try parent.entries() == ["out"])
  }

  @Test("a checkpoint that throws ends the extraction, and nothing is left", arguments: 0..<6)
  func checkpoint(call: Int) throws {
    var calls = 0

    #expect(throws: Stopped.self) {
      try ArchiveExtractor().extract(MemorySource(Sample.tar), to: output) { _ in
        calls += 1
        if calls > call { throw Stopped() }
      }
    }
    #expect(try tree(scratch.path) == [:])
  }

  @Test(
    "a full disk is an error of writing with the path, and nothing is left",
    .enabled(if: SmallDisk.isAvailable))
  func fullDisk() throws {
    let disk = try #require(SmallDisk(byteCount: 1 << 20))
    let out = disk.path.appending("out")
    let big = Member("big", [UInt8](repeating: 7, count: 3 << 20))

    #expect(
      throws: FileError.system(path: out.appending("big"), operation: .write, reason: .noSpace)
    ) { try ArchiveExtractor().extract(MemorySource(ArchiveBuilder.tar([big])), to: out) }
    #expect(try tree(disk.path) == [:])
  }

  @Test("with few descriptors left an archive of many directories is extracted all the same")
  func manyDirectories() throws {
    let members = (0..<200).map { Member("d\($0)/e/f", [UInt8($0)]) }

    let summary = try ArchiveExtractor().extract(MemorySource(ArchiveBuilder.tar(members)), to: output)

    #expect(summary.fileCount == 200)
    #expect(try tree(output)["d7/e/f"] == [7])
  }
}
