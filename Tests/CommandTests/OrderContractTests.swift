import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Same records, same seed, same bytes: on nothing else do they depend.
@Suite("Order contract", .timeLimit(.minutes(5)))
struct OrderContractTests {
  /// Where the records come from, and how they are held.
  enum Source: CaseIterable, Sendable {
    case directory, streamed, archive
  }

  /// Threads, and where the records come from.
  static let combinations = [1, 2, 3, 8, 16].flatMap { threads in Source.allCases.map { (threads, $0) } }
  /// Ten times each on real records takes minutes in a debug build.
  static let realRepetitions = getenv("CIFAR_PIPE_STRESS") == nil ? 1 : 10

  /// Real records, unpacked once.
  private static let realDirectory: FilePath? = RealRecords.archive.map { archive in
    let directory = SampleData.directory.removingLastComponent().appending("real")
    let unpacked = Tool.shell("mkdir '\(directory)' && tar xzf '\(archive)' -C '\(directory)'").run()
    precondition(unpacked.status == .exited(0), unpacked.errorText)
    return directory
  }
  private static let syntheticReference = digest(SampleData.directory, [])
  private static let realReference = realDirectory.map { digest($0, []) }

  @Test(
    "ten runs with any number of threads, from files or an archive, give the same bytes",
    arguments: combinations)
  func synthetic(threads: Int, source: Source) {
    for _ in 0..<(source == .streamed ? 2 : 10) {
      let path = source == .archive ? SampleData.archive : SampleData.directory
      #expect(Self.digest(path, Self.options(threads, source)) == Self.syntheticReference)
    }
  }

  @Test(
    "the same holds for real records", .enabled(if: RealRecords.areAvailable),
    arguments: combinations)
  func real(threads: Int, source: Source) throws {
    let directory = try #require(Self.realDirectory)
    let archive = try #require(RealRecords.archive)
    for _ in 0..<Self.realRepetitions {
      let found = Self.digest(source == .archive ? archive : directory, Self.options(threads, source))
      #expect(found == Self.realReference)
    }
  }

  @Test("another seed, another transform or other records give other bytes")
  func sensitive() {
    let found = [
      ["--seed", "2"], ["--preset", "eval"], ["--split", "test"],
      ["--min-after-dequeue", "100"], ["--min-after-dequeue", "101"],
      ["--no-shuffle"], ["--batch-size", "100"],
    ].map { Self.digest(SampleData.directory, $0) }

    #expect(Set(found + [Self.syntheticReference]).count == found.count + 1)
  }

  @Test("the capacity changes no byte, resident or streamed", arguments: [[], ["--memory-limit", "0"]])
  func anyCapacity(options: [String]) {
    let found = ["228", "300", "9000"].map {
      Self.digest(SampleData.directory, options + ["--min-after-dequeue", "100", "--capacity", $0])
    }

    #expect(Set(found).count == 1)
  }

  private static func options(_ threads: Int, _ source: Source) -> [String] {
    ["--threads", "\(threads)"] + (source == .streamed ? ["--memory-limit", "0"] : [])
  }

  /// The SHA-256 of `--format npy`, computed by another program.
  private static func digest(_ data: FilePath, _ options: [String]) -> String {
    let words = ["--data", data.string, "--seed", "1", "--preset", "distort", "--format", "npy"] + options
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let result = Tool.shell("{ cifar-pipe batch \(quoted) || echo failed; } | sha256sum").runChecked()
    #expect(result.status == .exited(0))
    #expect(result.error.isEmpty)
    return result.outputText
  }
}
