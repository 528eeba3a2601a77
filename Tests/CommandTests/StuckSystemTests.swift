import Platform
import PipeTestSupport
import SystemPackage
import Testing

@Suite(
  "A system that does not answer", .timeLimit(.minutes(5)),
  .enabled(if: ReplacedFunctions.areAvailable, "cc is not installed"))
struct StuckSystemTests {
  private static let stuckReads = """
    #include <sys/types.h>
    #include <unistd.h>
    ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
      write(2, "cifar-pipe: stuck\\n", 18);
      for (;;) pause();
    }
    ssize_t pread64(int file, void *bytes, size_t count, off_t offset) { return pread(file, bytes, count, offset); }
    """

  @Test("a read that never returns ends the run once the stall limit has passed (B14)")
  func stallLimit() throws {
    let scratch = ScratchDirectory("stuck")
    let words = ["batch", "--data", SampleData.directory.string, "--stall-limit", "1", "--output", "out"]
    let functions = try ReplacedFunctions(Self.stuckReads)

    let result = functions.replaced(in: Tool.command(words, in: scratch.path)).runChecked()

    #expect(result.status == .exited(75))
    let lines = result.errorText.split(separator: "\n")
    #expect(lines.last?.contains("stage 'reader': nothing came for") == true, "\(result.errorText)")
    #expect(lines.contains { $0.hasPrefix("cifar-pipe: reader (shuffle-0): at work") }, "\(result.errorText)")
    #expect(lines.dropLast().last == "cifar-pipe: the reader holds the rest up now: it is at work")
    #expect(FileBytes.names(in: scratch.path) == [])
    withExtendedLifetime(functions) {}
  }

  @Test("a signal ends a run whose read never returns (B14)", arguments: [SIGINT, SIGTERM])
  func signal(number: Int32) throws {
    let functions = try ReplacedFunctions(Self.stuckReads)
    let run = functions.replaced(in: Tool.command(["batch", "--data", SampleData.directory.string])).start()
    #expect(run.readError(until: "stuck"))

    run.send(number)
    let result = run.finishChecked()

    #expect(result.status == .signalled(number))
    #expect(result.duration < .seconds(2))
    withExtendedLifetime(functions) {}
  }

  @Test(
    "a signal while the records are loaded leaves the token of the run's beginning (N18)",
    arguments: [false, true])
  func loading(isContinued: Bool) throws {
    let scratch = ScratchDirectory("loading")
    let archive = scratch.path.appending("data.tar.gz").string
    #expect(
      Tool.run("synth", "--records-per-file", "200", "--quiet", "--output", archive).status == .exited(0))
    // Reads of the archive alone are as long.
    let functions = try ReplacedFunctions(
      Self.stuckReads
        + """

        #define _GNU_SOURCE
        #include <dlfcn.h>
        ssize_t read(int file, void *bytes, size_t count) {
          if (count >= 65536) return pread(file, bytes, count, 0);
          return ((ssize_t (*)(int, void *, size_t))dlsym((void *)-1, "read"))(file, bytes, count);
        }
        """)
    let words = [
      "batch", "--data", archive, "--batch-size", "100", "--min-after-dequeue", "all", "--epochs", "2",
      "--format",
      "raw", "--preset", "raw",
    ]
    let token = scratch.path.appending("token")
    let earlier = Tool.command(
      words + ["--seed", "3", "--batches", "4", "--token-file", token.string]
    ).runChecked()
    let resume = isContinued ? ["--resume", FileBytes.text(token)!.trimmed] : ["--seed", "3"]
    unlink(token.string)

    let run = functions.replaced(in: Tool.command(words + resume + ["--token-file", token.string])).start()
    #expect(run.readError(until: "stuck"))
    run.send(SIGTERM)
    #expect(run.finishChecked().status == .signalled(SIGTERM))

    let rest = Tool.command(
      words + ["--resume", try #require(FileBytes.text(token)).trimmed]
    ).runChecked()
    let whole = Tool.command(words + ["--seed", "3"]).runChecked()
    let isIdentical = (isContinued ? earlier.output : []) + rest.output == whole.output
    #expect(isIdentical)
    withExtendedLifetime(functions) {}
  }

  @Test("a thread that cannot be started ends the run (B28)", arguments: [2, 3, 5])
  func noThread(count: Int) throws {
    let scratch = ScratchDirectory("stuck")
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <pthread.h>
      int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
        static int count;
        if (__sync_add_and_fetch(&count, 1) > \(count)) return EAGAIN;
        int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
        return real(thread, attributes, body, argument);
      }
      """)
    let words = ["batch", "--data", SampleData.directory.string, "--threads", "4", "--output", "out"]

    let result = functions.replaced(in: Tool.command(words, in: scratch.path)).runChecked()

    #expect(result.status == .exited(75))
    #expect(
      result.errorText.contains("cannot be started: Resource temporarily unavailable"), "\(result.errorText)")
    #expect(FileBytes.names(in: scratch.path) == [])
    withExtendedLifetime(functions) {}
  }
}

extension String {
  /// Without the line end.
  fileprivate var trimmed: String { String(prefix { $0 != "\n" }) }
}
