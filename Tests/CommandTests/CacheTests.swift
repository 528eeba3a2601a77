import Glibc
import PipeTestSupport
import SystemPackage
import Testing

@Suite("Cache", .timeLimit(.minutes(2)))
struct CacheTests {
  private let scratch = ScratchDirectory("cache")

  private func cache(_ arguments: String...) -> CommandResult {
    var command = Tool.command(["cache"] + arguments)
    command.environment.append("CIFAR_PIPE_CACHE=\(scratch.path)")
    return command.runChecked()
  }

  /// Puts an archive, its directory, unfinished bytes and a file of somebody else into the cache.
  private func fill() {
    scratch.write(ExtractSamples.archive, to: "cifar-10-binary.tar.gz")
    scratch.write([1, 2, 3], to: "cifar-100-python.tar.gz.part")
    scratch.write([1], to: "mine")
    _ = Tool.run("extract", "cifar-10-binary.tar.gz", in: scratch.path)
  }

  @Test("path is printed whether it exists or not; without any there is none")
  func path() {
    var homeless = Tool.command(["cache", "path"])
    homeless.environment.removeAll { $0.hasPrefix("HOME=") }

    #expect(cache("path").outputText == "\(scratch.path)\n")
    #expect(homeless.runChecked().status == .exited(73))
  }

  @Test("ls lists what is ours")
  func list() throws {
    fill()

    let text = cache("ls").outputText
    let object = try JSONValue(parsing: cache("ls", "--json").outputText)

    #expect(
      text == "directory\t36888\tcifar-10-batches-bin\n"
        + "archive\t\(ExtractSamples.archive.count)\tcifar-10-binary.tar.gz\n"
        + "unfinished\t3\tcifar-100-python.tar.gz.part\n")
    #expect(object["schema"] == .string("cifar-pipe/cache/1"))
  }

  @Test("verify tells right from wrong")
  func verify() {
    let empty = cache("verify")
    fill()

    let right = cache("verify")
    scratch.write([UInt8](repeating: 0, count: 6146), to: "cifar-10-batches-bin/data_batch_1.bin")
    let wrong = cache("verify")

    #expect(empty.status == .exited(66))
    #expect(right.status == .exited(0))
    #expect(right.outputText.contains("right, as in the archive"))
    #expect(right.outputText.contains("whole, but not the official archive"))
    #expect(wrong.status == .exited(65))
    #expect(wrong.outputText.contains("'data_batch_1.bin' is missing or differs"))
  }

  @Test("clear removes what is ours and nothing else")
  func clear() {
    fill()

    let plan = cache("clear", "--dry-run")
    let before = FileBytes.names(in: scratch.path)
    let result = cache("clear", "--quiet")

    #expect(plan.status == .exited(0))
    #expect(before.count == 4)
    #expect(result.status == .exited(0))
    #expect(result.errorText == "")
    #expect(FileBytes.names(in: scratch.path) == ["mine"])
  }

  @Test("a command is needed")
  func usage() {
    #expect(cache().status == .exited(64))
  }
}
