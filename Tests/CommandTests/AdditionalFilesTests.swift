import PipeTestSupport
import Testing

/// Record files beyond the official ones, which generated data sets have.
@Suite("Additional training files", .timeLimit(.minutes(1)))
struct AdditionalFilesTests {
  private typealias Samples = ExtractSamples

  private func extract(_ name: String, byteCount: Int = 3073) -> CommandResult {
    let scratch = ScratchDirectory("additional")
    let member = ArchiveBuilder.Member(name, [UInt8](repeating: 1, count: byteCount))
    scratch.write(ArchiveBuilder.gzip(ArchiveBuilder.tar(Samples.members + [member])), to: "a.tar.gz")
    return Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)
  }

  @Test("those that go on counting are good, up to number 990", arguments: [6, 10, 990])
  func taken(number: Int) {
    #expect(extract("\(Samples.directory)/data_batch_\(number).bin").status == .exited(0))
  }

  @Test(
    "every other name is unknown",
    arguments: [
      "data_batch_991.bin", "data_batch_06.bin", "data_batch_0.bin", "data_batch_6.bin.bin", "6.bin",
    ])
  func unknown(name: String) {
    let result = extract("\(Samples.directory)/\(name)")

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("unknown members: '\(Samples.directory)/\(name)'"))
  }

  @Test("an archive of few files with great numbers costs no more than one with small numbers")
  func hostile() {
    let scratch = ScratchDirectory("additional")
    let record = [UInt8](repeating: 1, count: 3073)
    let members = (0..<998).map {
      ArchiveBuilder.Member("\(Samples.directory)/data_batch_\(999_999 - $0).bin", record)
    }
    let test = ArchiveBuilder.Member("\(Samples.directory)/test_batch.bin", record)
    scratch.write(ArchiveBuilder.tar(members + [test]), to: "a.tar")

    let verify = Tool.run("verify", "a.tar", in: scratch.path)
    let batch = Tool.run("batch", "--data", "a.tar", in: scratch.path)

    #expect(verify.status == .exited(65))
    #expect(verify.errorText.contains("cifar-pipe: a.tar/data_batch_1000.bin: is missing\n"))
    #expect(verify.errorText.contains("cifar-pipe: a.tar: 998001 more training files are missing\n"))
    #expect(verify.errorText.contains("a.tar: is wrong (1001 findings)"))
    #expect(batch.status == .exited(66))
    #expect(batch.errorText.contains("data_batch_10.bin and 998991 more\n"), "\(batch.errorText)")
  }

  @Test("in another directory they are unknown, and in their own they hold whole records")
  func placeAndSize() {
    #expect(extract("data_batch_6.bin").errorText.contains("unknown members: 'data_batch_6.bin'"))
    #expect(
      extract("\(Samples.directory)/data_batch_6.bin", byteCount: 3072).errorText
        .contains("a multiple of 3073"))
  }
}
