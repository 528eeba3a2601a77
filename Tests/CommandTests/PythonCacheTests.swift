import CIFAR
import PipeTestSupport
import SystemPackage
import Testing

/// A python copy in the cache is found by all commands without an option.
@Suite("Python copies in the cache", .timeLimit(.minutes(5)))
struct PythonCacheTests {
  private let place = FetchPlace()
  private let scratch = ScratchDirectory("python")

  private func run(_ words: String...) -> CommandResult { place.command(words).runChecked() }

  /// The digest of two shuffled epochs; of the data in the cache unless a path is given.
  private func digest(_ kind: DatasetKind, data: FilePath? = nil) -> String {
    let result = place.command(
      ["batch", "--dataset", kind.rawValue, "--seed", "7", "--epochs", "2", "--digest"]
        + (data.map { ["--data", $0.string] } ?? [])
    ).runChecked()
    #expect(result.status == .exited(0), "\(result.errorText)")
    return result.errorText
  }

  /// Fetches the python version of a generated set from a server of its own.
  private func fetchPython(_ kind: DatasetKind) -> CommandResult {
    PythonSamples.make(kind, in: scratch)
    let archive = FileBytes.read(scratch.path.appending(PythonSamples.archiveName)) ?? []
    let server = LoopbackServer { request, _ in .file(archive, for: request) }
    return place.fetch(
      server.url("/a.tar.gz"), "--dataset", kind.rawValue, "--variant", "python",
      digest: ExtractSamples.sha256(archive)
    ).runChecked()
  }

  @Test("what fetch has put there delivers the bytes of the binary version", arguments: DatasetKind.allCases)
  func fetched(kind: DatasetKind) {
    let binary = kind == .cifar10 ? SampleData.directory : SampleData.hundred

    let fetched = fetchPython(kind)
    let show = run(
      "show", "--dataset", kind.rawValue, "--batch-size", "4", "--output", "\(scratch.path)/sheet.png")
    let bench = run(
      "bench", "--dataset", kind.rawValue, "--runs", "1", "--warmup", "0", "--min-after-dequeue", "100",
      "--batch-size", "32")
    let verify = run("verify")

    #expect(fetched.status == .exited(0), "\(fetched.errorText)")
    let expected = digest(kind, data: binary)
    #expect(expected.contains(/^sha256 [0-9a-f]{64}\n$/))
    #expect(digest(kind) == expected)
    #expect(show.status == .exited(0), "\(show.errorText)")
    #expect(bench.status == .exited(0), "\(bench.errorText)")
    #expect(verify.status == .exited(0), "\(verify.errorText)")
    #expect(verify.outputText.contains("\(kind.facts.title), python, "))
  }

  @Test("cache lists, checks and clears it; verify takes the binary version where both are")
  func cache() {
    _ = fetchPython(.cifar10)
    let server = LoopbackServer { request, _ in .file(ExtractSamples.archive, for: request) }
    let python = run("cache", "verify")
    let binary = place.fetch(server.url("/a.tar.gz")).runChecked()

    let list = run("cache", "ls").outputText.split(separator: "\n").compactMap {
      $0.split(separator: "\t").last
    }
    let both = run("cache", "verify")
    let verify = run("verify")
    let clear = run("cache", "clear")
    let nothing = run("verify")

    #expect(python.status == .exited(0), "\(python.errorText)")
    #expect(python.outputText.contains("cifar-10-batches-py: right, as in the archive"))
    #expect(python.outputText.contains("cifar-10-python.tar.gz: whole, but not the official archive"))
    #expect(binary.status == .exited(0))
    #expect(
      list == [
        "cifar-10-batches-bin", "cifar-10-batches-py", "cifar-10-binary.tar.gz", "cifar-10-python.tar.gz",
      ])
    #expect(both.outputText.split(separator: "\n").count == 4)
    #expect(verify.outputText.contains("CIFAR-10, binary, 12 records"))
    #expect(clear.status == .exited(0))
    #expect(nothing.status == .exited(66))
  }

  @Test("what was adopted is found, too, and the cache tells that it is not the official one")
  func adopted() throws {
    PythonSamples.make(.cifar10, in: scratch)
    _ = Tool.shell(
      "mkdir -p '\(place.scratch.path)/home/.keras/datasets' && "
        + "mv cifar-10-batches-py '\(place.scratch.path)/home/.keras/datasets/'",
      in: scratch.path
    ).run()

    let adopted = run("fetch", "--adopt", "--variant", "python", "--unverified", "--json")
    let expected = digest(.cifar10, data: SampleData.directory)

    #expect(adopted.status == .exited(0), "\(adopted.errorText)")
    let object = try JSONValue(parsing: adopted.outputText)
    #expect(object["outcome"] == .string("adopted"))
    #expect(object["files"] == .number(6))
    #expect(digest(.cifar10) == expected)
    let verify = run("cache", "verify")
    #expect(verify.status == .exited(65))
    #expect(verify.outputText.contains("digest does not match that of the official file"))
    #expect(verify.outputText.contains("(and 5 more findings)"))
  }
}
