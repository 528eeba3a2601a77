import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Archives that are wrong or hostile; the rows X of the catalogue of faults that an archive alone causes.
@Suite("Extract, refused archives", .timeLimit(.minutes(5)))
struct ExtractRefusalTests {
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
      "N08 bytes behind NUL bytes", Samples.archive + [UInt8](repeating: 0, count: 600) + [7],
      "unexpected bytes after the end, at byte \(Samples.archive.count + 600)"),
    Refusal(
      "N08 an archive behind NUL bytes", Samples.archive + [0] + Samples.archive,
      "unexpected bytes after the end, at byte \(Samples.archive.count + 1)"),
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

  @Test("a hard link out of the output is refused, and its target gets no second name (X26)")
  func hardLink() {
    let scratch = ScratchDirectory("extract")
    let target = scratch.write([1], to: "target")
    for name in ["../target", "../../target", target.string] {
      var link = ArchiveBuilder.Member("\(Samples.directory)/d", type: "1")
      link.linkName = Array(name.utf8)
      scratch.write(ArchiveBuilder.gzip(ArchiveBuilder.tar(Samples.members + [link])), to: "a.tar.gz")

      let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)

      #expect(result.status == .exited(65))
      #expect(result.errorText.contains("hard link"), "\(result.errorText)")
      var found = stat()
      #expect(stat(target.string, &found) == 0 && found.st_nlink == 1)
      #expect(FileBytes.read(target) == [1])
      #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz", "target"])
    }
  }

  @Test("ten gigabytes of zeros in ten megabytes end at the limit, with flat memory (X19)")
  func zeros() throws {
    let scratch = ScratchDirectory("extract")
    // Gzip members of 16 MiB of zeros that are all the same, between those of the headers.
    let piece = 1 << 24
    let zeros = Tool.shell("head -c \(piece) /dev/zero | gzip -9", in: scratch.path).run().output
    let pieceCount = 25
    let padding = 3073 - pieceCount * piece % 3073
    var archive: [UInt8] = []
    for number in 1...26 {
      var member = ArchiveBuilder.Member("\(Samples.directory)/data_batch_\(number).bin")
      let byteCount = pieceCount * piece + padding
      member.sizeField = ArchiveBuilder.octal(byteCount, digits: 11)
      archive += ArchiveBuilder.gzip(member.bytes)
      for _ in 0..<pieceCount { archive += zeros }
      archive += ArchiveBuilder.gzip([UInt8](repeating: 0, count: padding + (512 - byteCount % 512) % 512))
    }
    scratch.write(archive, to: "a.tar.gz")
    #expect(archive.count < 12 << 20)
    let run = Tool.command(["extract", "a.tar.gz", "--output", "out"], in: scratch.path).start()
    let memory = ProgramMemory(of: run.process)

    let result = run.finishChecked()

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("the bytes of the inflated archive"), "\(result.errorText)")
    #expect(result.errorText.contains("1073741824"), "\(result.errorText)")
    #expect(memory.byteCount > 1 << 20)
    #expect(memory.byteCount < 32 << 20, "\(memory.byteCount)")
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz"])
  }
}
