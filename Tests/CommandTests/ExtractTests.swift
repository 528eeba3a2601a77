import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// The command on archives that are right, wrong, cut, or hostile; the rows X of the catalogue of faults.
@Suite("Extract", .timeLimit(.minutes(5)))
struct ExtractTests {
  private typealias Samples = ExtractSamples

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

  @Test("NUL bytes behind the archive are padding (N08)", arguments: [1, 512, 300_000])
  func padding(count: Int) {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive + [UInt8](repeating: 0, count: count), to: "a.tar.gz")

    let result = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)
    let verified = Tool.run("verify", "a.tar.gz", in: scratch.path)

    #expect(result.status == .exited(0))
    #expect(Samples.isComplete(scratch.path.appending("out").appending(Samples.directory)))
    #expect(verified.status == .exited(0))
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
          + #""directory": "cifar-10-batches-bin", "outcome": "extracted", "files": 8, "bytes": 36888, "#
          + #""seconds": "#))
    #expect(Samples.isComplete(scratch.path.appending(Samples.directory)))
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz", Samples.directory])
  }

  @Test(
    "modes and owners of the archive are not taken over (X29)",
    arguments: [("000", "644", "755"), ("027", "640", "750"), ("077", "600", "700")])
  func modes(umask: String, file: String, directory: String) {
    let scratch = ScratchDirectory("extract")
    var members = Samples.members
    members[0].mode = 0
    members[1].mode = 0o4777
    members[2].mode = 0
    for index in members.indices { members[index].owner = 12345 }
    scratch.write(ArchiveBuilder.gzip(ArchiveBuilder.tar(members)), to: "a.tar.gz")

    let result = Tool.shell(
      "umask \(umask); cifar-pipe extract -q a.tar.gz -o out && find out -printf '%m %u\\n' | sort -u; id -un",
      in: scratch.path
    ).runChecked()

    let user = result.outputText.split(separator: "\n").last ?? ""
    #expect(result.outputText == "\(file) \(user)\n\(directory) \(user)\n\(user)\n")
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

  @Test("a missing archive or a directory is no input")
  func noInput() {
    let scratch = ScratchDirectory("extract")

    let missing = Tool.run("extract", "no.tar.gz", in: scratch.path)
    let directory = Tool.run("extract", ".", in: scratch.path)

    #expect(missing.status == .exited(66))
    #expect(directory.status == .exited(66))
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("a full disk is told with the path, and nothing is left (X37)", .enabled(if: SmallDisk.isAvailable))
  func fullDisk() throws {
    let disk = try #require(SmallDisk(byteCount: 24576))
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
    let command = Tool.command(["extract", SampleData.archive.string, "--output", "out"], in: scratch.path)
    func isComplete() -> Bool {
      Tool.shell("diff -r \(SampleData.directory) out/\(Samples.directory)", in: scratch.path).run().status
        == .exited(0)
    }
    func runWhole(_ point: Int) -> Duration {
      let result = command.runChecked()
      #expect(result.status == .exited(0), "\(point)")
      #expect(isComplete(), "\(point)")
      #expect(FileBytes.names(in: scratch.path) == ["out"], "\(point)")
      _ = Tool.shell("rm -r out", in: scratch.path).run()
      return result.duration
    }
    var usual = runWhole(0)
    var unfinishedCount = 0
    for point in 1...50 {
      let run = command.start()
      usleep(UInt32(usual * point / 50 / .microseconds(1)))
      run.send(SIGKILL)
      _ = run.finish()
      let left = FileBytes.names(in: scratch.path)
      // The name may have been given just before, and then the work was done.
      if left.contains("out") {
        #expect(isComplete(), "\(point)")
        _ = Tool.shell("rm -r out", in: scratch.path).run()
      }
      if left.contains(where: { $0.hasSuffix(".staging") }) { unfinishedCount += 1 }

      usual = runWhole(point)
    }
    #expect(unfinishedCount >= 5)
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
