import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// What other processes, limits and odd file systems do to a directory that is being filled.
@Suite(
  "Directories that are disturbed while they are filled", .timeLimit(.minutes(5)),
  .enabled(if: ReplacedFunctions.areAvailable, "cc is not installed"))
struct StagingFaultTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  /// Functions in which `mkdirat` of a directory to be filled is followed by `statements`.
  private func afterStaging(_ statements: String) throws -> ReplacedFunctions {
    try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <string.h>
      #include <sys/stat.h>
      #include <unistd.h>
      int mkdirat(int directory, const char *name, mode_t mode) {
        static int count;
        int (*real)(int, const char *, mode_t) = dlsym(RTLD_NEXT, "mkdirat");
        int result = real(directory, name, mode);
        if (strstr(name, ".staging")) { count++; \(statements) }
        return result;
      }
      """)
  }

  @Test("too many open files are no missing input (N16b)", arguments: 6...11)
  func descriptors(limit: Int) {
    let scratch = place.scratch
    scratch.write(Samples.archive, to: "a.tar.gz")

    let result = Tool.shell(
      "ulimit -n \(limit) && exec cifar-pipe extract a.tar.gz --output set --quiet", in: scratch.path
    ).runChecked()

    let isComplete = Samples.isComplete(scratch.path.appending("set").appending(Samples.directory))
    #expect(isComplete == (result.status == .exited(0)))
    if !isComplete {
      #expect(result.status == .exited(74))
      #expect(result.errorText.contains("too many open files"))
      #expect(!FileBytes.names(in: scratch.path).contains("set"))
    }
  }

  @Test("a link in the place of the directory to be filled is not followed (N16c)")
  func exchanged() throws {
    place.scratch.write(Samples.archive, to: "a.tar.gz")
    mkdir(place.scratch.path.appending("elsewhere").string, 0o755)
    let functions = try afterStaging(
      "unlinkat(directory, name, AT_REMOVEDIR); symlinkat(\"elsewhere\", directory, name);")

    let result = functions.replaced(
      in: place.command(["extract", "a.tar.gz", "--output", "set"])
    ).runChecked()

    #expect(result.status == .exited(74))
    #expect(result.errorText.hasPrefix("cifar-pipe: set: cannot write: "))
    #expect(FileBytes.names(in: place.scratch.path.appending("elsewhere")) == [])
    #expect(!FileBytes.names(in: place.scratch.path).contains("set"))
    withExtendedLifetime(functions) {}
  }

  @Test("a directory that another run takes for abandoned is made again under another name (N16d)")
  func cleanedAway() throws {
    let functions = try afterStaging("if (count == 1) unlinkat(directory, name, AT_REMOVEDIR);")

    let result = functions.replaced(
      in: place.command(["synth", "--output", "set", "--records-per-file", "2"])
    ).runChecked()

    #expect(result.status == .exited(0))
    #expect(FileBytes.names(in: place.scratch.path.appending("set")).count == 8)
    withExtendedLifetime(functions) {}
  }

  @Test("of three runs into one directory one makes it, and the others are refused (N16d)")
  func threeRuns() {
    for round in 0..<5 {
      let words = ["synth", "--output", "set\(round)", "--records-per-file", "50", "--quiet"]
      let runs = (0..<3).map { _ in place.command(words).start() }

      let results = runs.map { $0.finishChecked() }

      let codes = results.map(\.status)
      #expect(codes.count { $0 == .exited(0) } == 1, "\(results.map(\.errorText))")
      #expect(codes.count { $0 == .exited(73) } == 2, "\(results.map(\.errorText))")
      #expect(FileBytes.names(in: place.scratch.path.appending("set\(round)")).count == 8)
    }
  }

  @Test(
    "where every lock is granted to everybody, two fetches end well, or may be run again (N16e)",
    arguments: [["--sha256", FetchPlace.digest], ["--unverified"]])
  func noLocks(options: [String]) throws {
    let functions = try ReplacedFunctions("int flock(int file, int operation) { return 0; }")
    let server = LoopbackServer { request, _ in
      [
        .head(200, [("Content-Length", "\(Samples.archive.count)"), ("ETag", "\"1\"")]),
        .paced(Samples.archive, piece: 8192, milliseconds: 20),
      ]
    }
    for round in 0..<5 {
      let out = place.scratch.path.appending("out\(round)")
      mkdir(out.string, 0o755)
      var fetch = functions.replaced(
        in: place.fetch(server.url("/a.tar.gz"), "--output", out.string, digest: nil))
      fetch.arguments += options
      let runs = (0..<2).map { _ in fetch.start() }

      let results = runs.map { $0.finishChecked() }
      let again = fetch.runChecked()

      #expect(
        results.allSatisfy { [.exited(0), .exited(75)].contains($0.status) }, "\(results.map(\.errorText))")
      #expect(again.status == .exited(0), "\(again.errorText)")
      #expect(FileBytes.read(out.appending(FetchPlace.archiveName)) == Samples.archive)
      #expect(Samples.isComplete(out.appending(Samples.directory)))
    }
    withExtendedLifetime(functions) {}
  }

  @Test("a directory that cannot be removed after it was replaced is removed by the next run (F40)")
  func leftover() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let fetch = place.fetch(server.url("/a.tar.gz"), "--output", "out")
    _ = fetch.runChecked()
    unlink(place.out.appending(Samples.directory).appending("readme.html").string)
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <string.h>
      int unlinkat(int directory, const char *name, int options) {
        int (*real)(int, const char *, int) = dlsym(RTLD_NEXT, "unlinkat");
        if (strstr(name, ".bin")) { errno = EACCES; return -1; }
        return real(directory, name, options);
      }
      """)
    var forced = functions.replaced(in: fetch)
    forced.arguments.append("--force")

    let replaced = forced.runChecked()
    let left = place.names.count { $0.hasSuffix(".staging") }
    let again = fetch.runChecked()

    #expect(replaced.status == .exited(0), "\(replaced.errorText)")
    #expect(left == 1)
    #expect(again.status == .exited(0))
    #expect(place.names == [Samples.directory, FetchPlace.archiveName])
    withExtendedLifetime(functions) {}
  }

  @Test("where no rename refuses an existing name, outputs get their names all the same (F39)")
  func plainRename() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    for hasLinks in [true, false] {
      let functions = try ReplacedFunctions(
        """
        #include <errno.h>
        int renameat2(int a, const char *b, int c, const char *d, unsigned e) { errno = EINVAL; return -1; }
        \(hasLinks ? "" : "int linkat(int a, const char *b, int c, const char *d, int e) { errno = EPERM; return -1; }")
        """)
      let out = place.scratch.path.appending("out\(hasLinks)")
      mkdir(out.string, 0o755)
      let fetch = functions.replaced(in: place.fetch(server.url("/a.tar.gz"), "--output", out.string))

      let result = fetch.runChecked()
      let archive = functions.replaced(
        in: place.command(["synth", "-o", "\(out)/b.tar.gz", "--records-per-file", "2"]))
      let made = archive.runChecked()
      let refused = archive.runChecked()

      #expect(result.status == .exited(0), "\(result.errorText)")
      #expect(made.status == .exited(0), "\(made.errorText)")
      #expect(refused.status == .exited(73), "\(refused.errorText)")
      #expect(FileBytes.names(in: out) == ["b.tar.gz", Samples.directory, FetchPlace.archiveName])
      withExtendedLifetime(functions) {}
    }
  }

  @Test("an archive that is removed before it is unpacked may be fetched again (F42)")
  func removed() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <string.h>
      #include <unistd.h>
      int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
        int (*real)(int, const char *, int, const char *, unsigned) = dlsym(RTLD_NEXT, "renameat2");
        int result = real(a, from, b, to, flags);
        if (strstr(to, ".tar.gz")) unlinkat(b, to, 0);
        return result;
      }
      """)
    let fetch = place.fetch(server.url("/a.tar.gz"), "--output", "out", "--quiet")

    let result = functions.replaced(in: fetch).runChecked()
    let again = fetch.runChecked()

    #expect(result.status == .exited(75))
    #expect(result.errorText.contains("another process has removed it"), "\(result.errorText)")
    #expect(again.status == .exited(0))
    withExtendedLifetime(functions) {}
  }

  @Test("without a thread for its digest a fetch may be run again (N16k)")
  func noThread() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <pthread.h>
      int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
        static int count;
        if (__sync_add_and_fetch(&count, 1) > 1) return EAGAIN;
        int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
        return real(thread, attributes, body, argument);
      }
      """)
    let fetch = place.fetch(server.url("/a.tar.gz"), "--output", "out")

    let result = functions.replaced(in: fetch).runChecked()
    let again = fetch.runChecked()

    #expect(result.status == .exited(75), "\(result.errorText)")
    #expect(again.status == .exited(0))
    withExtendedLifetime(functions) {}
  }

  @Test("a run that is killed while it unpacks is gone on with by the same command (N04)")
  func killed() throws {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let fetch = place.fetch(server.url("/a.tar.gz"), "--unverified", "--output", "out", digest: nil)
    let functions = try afterStaging("raise(SIGKILL);")

    let killed = functions.replaced(in: fetch).run()
    let left = place.archive
    let again = fetch.runChecked()

    #expect(killed.status == .signalled(SIGKILL))
    #expect(left == Samples.archive)
    #expect(again.status == .exited(0))
    #expect(place.names == [Samples.directory, FetchPlace.archiveName])
    #expect(Samples.isComplete(place.out.appending(Samples.directory)))
    #expect(server.requests.count == 1)
    withExtendedLifetime(functions) {}
  }
}
