import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite("Cache", .timeLimit(.minutes(2)))
struct CacheTests {
  private let scratch = ScratchDirectory("cache")

  private func cache(_ arguments: String..., at path: FilePath? = nil) -> CommandResult {
    var command = Tool.command(["cache"] + arguments)
    command.environment.append("CIFAR_PIPE_CACHE=\(path ?? scratch.path)")
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

  @Test("verify --json is one object, and --quiet tells what is wrong alone")
  func verifyForPrograms() throws {
    fill()

    let right = cache("verify", "--json")
    let quiet = cache("verify", "--quiet")
    let verbose = cache("verify", "--verbose")
    scratch.write([UInt8](repeating: 0, count: 6146), to: "cifar-10-batches-bin/data_batch_1.bin")
    let wrong = cache("verify", "--json")
    let wrongAndQuiet = cache("verify", "--quiet")

    let object = try JSONValue(parsing: right.outputText)
    #expect(object["schema"] == .string("cifar-pipe/cache-verify/1"))
    #expect(object["verdict"] == .string("good"))
    let entries = try #require(object["entries"]?.elements)
    #expect(entries.map { $0["kind"] } == [.string("directory"), .string("archive")])
    #expect(entries.map { $0["official"] } == [.null, .bool(false)])
    #expect(quiet.status == .exited(0))
    #expect(quiet.outputText + quiet.errorText == "")
    #expect(verbose.errorText.contains("cifar-10-binary.tar.gz: sha256 \(FetchPlace.digest)\n"))
    #expect(wrong.status == .exited(65))
    #expect(try JSONValue(parsing: wrong.outputText)["verdict"] == .string("wrong"))
    #expect(wrongAndQuiet.status == .exited(65))
    #expect(wrongAndQuiet.outputText == "")
    #expect(wrongAndQuiet.errorText.contains("cifar-10-batches-bin: wrong: "))
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

  @Test("clear leaves and names what somebody else has put there (N05)")
  func clearLeavesOthers() {
    fill()
    let elsewhere = ScratchDirectory("elsewhere")
    let victim = elsewhere.write([1, 2, 3], to: "victim")
    let set = scratch.path.appending("cifar-10-batches-bin")
    scratch.write([1], to: "cifar-10-batches-bin/my weights")
    mkdir(set.appending("mine").string, 0o755)
    unlink(set.appending("test_batch.bin").string)
    symlink(victim.string, set.appending("test_batch.bin").string)
    symlink(victim.string, scratch.path.appending("cifar-100-binary.tar.gz").string)
    symlink(elsewhere.path.string, scratch.path.appending("cifar-100-binary").string)
    mkdir(scratch.path.appending("cifar-100-python").string, 0o755)
    scratch.write([1], to: "cifar-100-python/mine")
    let stay = [
      "cifar-10-batches-bin/mine", "cifar-10-batches-bin/my weights", "cifar-10-batches-bin/test_batch.bin",
      "cifar-100-binary", "cifar-100-binary.tar.gz", "cifar-100-python",
    ]

    let list = cache("ls")
    let plan = cache("clear", "--dry-run")
    let result = cache("clear")
    let again = cache("clear")

    #expect(list.outputText.split(separator: "\n").count == 3)
    #expect([plan.status, result.status, again.status] == [.exited(0), .exited(0), .exited(0)])
    for name in stay {
      let line = "\(scratch.path)/\(name): stays, as fetch has not put it there\n"
      #expect(plan.errorText.contains(line))
      #expect(result.errorText.contains(line), "\(result.errorText)")
    }
    #expect(
      result.errorText.contains("cifar-10-batches-bin: removed, but for what fetch has not put there\n"))
    #expect(
      FileBytes.names(in: scratch.path) == [
        "cifar-10-batches-bin", "cifar-100-binary", "cifar-100-binary.tar.gz", "cifar-100-python", "mine",
      ])
    #expect(FileBytes.names(in: set) == ["mine", "my weights", "test_batch.bin"])
    #expect(FileBytes.names(in: scratch.path.appending("cifar-100-python")) == ["mine"])
    #expect(FileBytes.read(victim) == [1, 2, 3])
  }

  @Test(
    "clear needs no space, not even for its lock (N06)", .enabled(if: SmallDisk.isAvailable),
    arguments: [nil, 4])
  func clearFullDisk(entryCount: Int?) throws {
    let disk = try #require(SmallDisk(byteCount: 65536, entryCount: entryCount))
    for name in ["cifar-10-binary.tar.gz", "cifar-10-binary.tar.gz.part", "mine"] { disk.fill(name) }

    let result = cache("clear", at: disk.path)

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(FileBytes.names(in: disk.path) == ["mine"])
  }

  @Test(
    "a directory that cannot be cleared to its end has not its name any more (F41)",
    .enabled(if: ReplacedFunctions.areAvailable))
  func clearFails() throws {
    fill()
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <string.h>
      int unlinkat(int directory, const char *name, int options) {
        int (*real)(int, const char *, int) = dlsym(RTLD_NEXT, "unlinkat");
        if (!strcmp(name, "data_batch_3.bin")) { errno = EIO; return -1; }
        return real(directory, name, options);
      }
      """)
    var command = Tool.command(["cache", "clear"])
    command.environment.append("CIFAR_PIPE_CACHE=\(scratch.path)")

    let failed = functions.replaced(in: command).runChecked()
    let left = FileBytes.names(in: scratch.path)
    let again = command.runChecked()

    #expect(failed.status == .exited(74))
    #expect(!left.contains("cifar-10-batches-bin"))
    #expect(again.status == .exited(0))
    #expect(FileBytes.names(in: scratch.path) == ["mine"])
    withExtendedLifetime(functions) {}
  }

  @Test("a command is needed")
  func usage() {
    #expect(cache().status == .exited(64))
  }
}
