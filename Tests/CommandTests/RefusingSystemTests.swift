import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Faults of the system that every command may meet.
@Suite(
  "A system that refuses", .timeLimit(.minutes(5)),
  .enabled(if: ReplacedFunctions.areAvailable, "cc is not installed"))
struct RefusingSystemTests {
  private let scratch = ScratchDirectory("refusing")

  /// Commands that make a file or a directory called `out`.
  static let makers = [
    ["batch", "--data", SampleData.directory.string, "--format", "raw", "--output", "out"],
    ["synth", "--records-per-file", "20", "--quiet", "--output", "out"],
    ["synth", "--records-per-file", "20", "--quiet", "--output", "out.tar.gz"],
  ]

  private func run(_ words: [String], with source: String) throws -> CommandResult {
    let functions = try ReplacedFunctions(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <stdarg.h>
      #include <string.h>
      #include <sys/stat.h>
      #include <unistd.h>
      \(source)
      """)
    return withExtendedLifetime(functions) {
      functions.replaced(in: Tool.command(words, in: scratch.path)).runChecked()
    }
  }

  @Test(
    "where a new file cannot be looked at, or shows no link, a few names are tried and none is left (N10)",
    arguments: makers, ["errno = EIO; return -1;", "found->st_nlink = 0; return result;"])
  func unowned(words: [String], outcome: String) throws {
    let result = try run(
      words,
      with: """
        int fstat(int file, struct stat *found) {
          static int count;
          int (*real)(int, struct stat *) = dlsym(RTLD_NEXT, "fstat");
          int result = real(file, found);
          if (file > 2 && ++count > 200) _exit(99);
          if (file < 3) return result;
          \(outcome)
        }
        """)

    #expect(result.status == .exited(74))
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test("an open that a signal interrupts is done again", arguments: makers)
  func interruptedOpen(words: [String]) throws {
    let result = try run(
      words,
      with: """
        int openat(int directory, const char *name, int flags, ...) {
          static int count;
          va_list rest;
          va_start(rest, flags);
          mode_t mode = va_arg(rest, mode_t);
          va_end(rest);
          if (__sync_add_and_fetch(&count, 1) % 2) { errno = EINTR; return -1; }
          int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, "openat");
          return real(directory, name, flags, mode);
        }
        """)

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(FileBytes.names(in: scratch.path) == [words.last!])
  }

  @Test("a close that fails is told with the path (N14b)")
  func failingClose() throws {
    let source = """
      int close(int file) {
        int (*real)(int) = dlsym(RTLD_NEXT, "close");
        struct stat found;
        int is_file = !fstat(file, &found) && S_ISREG(found.st_mode);
        int result = real(file);
        if (is_file) errno = EIO;
        return is_file ? -1 : result;
      }
      """
    let made = try run(Self.makers[1], with: source)
    scratch.write(Array("".utf8), to: "list")
    let checked = try run(["verify", "--digests", "list", SampleData.directory.string], with: source)

    #expect(made.status == .exited(74))
    #expect(
      made.errorText.contains("out/data_batch_1.bin: cannot close: input/output error"), "\(made.errorText)")
    #expect(checked.status == .exited(74))
    #expect(checked.errorText.contains("list: cannot close: input/output error"), "\(checked.errorText)")
  }

  @Test("an error in a later output says which earlier one is there (N07)")
  func laterOutput() throws {
    let failing = """
      int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
        static int count;
        int (*real)(int, const char *, int, const char *, unsigned) = dlsym(RTLD_NEXT, "renameat2");
        if (++count > 1) { errno = EIO; return -1; }
        return real(from, old, to, new, flags);
      }
      """
    let words = Self.makers[0]
    let manifest = try run(words + ["--manifest", "manifest"], with: failing)
    let manifestNames = FileBytes.names(in: scratch.path)
    unlink(scratch.path.appending("out").string)
    let token = try run(
      words + ["--token-file", "token"],
      with: failing.replacing("renameat2(int", with: "unused(int")
        + """
        int renameat(int from, const char *old, int to, const char *new) { errno = EIO; return -1; }
        """)

    #expect(manifest.status == .exited(74))
    #expect(manifest.errorText.contains("manifest: cannot rename: input/output error ('out' is written)"))
    #expect(manifestNames == ["out"])
    #expect(token.status == .exited(74))
    #expect(token.errorText.contains("token: cannot rename: input/output error ('out' is written)"))
    #expect(FileBytes.names(in: scratch.path) == ["out"])
  }

  @Test("a name that no file can have is no error on the way (N16f)", arguments: makers)
  func longName(words: [String]) {
    let result = Tool.command(
      words.dropLast() + [String(repeating: "n", count: 256)], in: scratch.path
    ).runChecked()

    #expect(result.status == .exited(73))
    #expect(result.errorText.hasSuffix("cannot create: file name too long\n"))
  }

  @Test("a limit on the length of files is an error like a full disk (N14c)", arguments: makers)
  func fileLimit(words: [String]) {
    let line = (["cifar-pipe"] + words).joined(separator: " ")
    let result = Tool.shell("ulimit -f 8; exec \(line)", in: scratch.path).runChecked()

    #expect(result.status == .exited(74))
    #expect(result.errorText.contains("file too large"))
    #expect(FileBytes.names(in: scratch.path) == [])
  }

  @Test(
    "without /proc the words of the command line are there (N12)",
    .enabled(if: SmallDisk.isAvailable, "nothing may be mounted here"))
  func noProc() {
    let result = Tool.shell(
      "exec unshare -m sh -c 'mount -t tmpfs none /proc && exec cifar-pipe batch --synthetic --batches 1'"
    ).runChecked()

    #expect(result.status == .exited(0), "\(result.errorText)")
    #expect(result.outputText == "(128, 24, 24, 3) (128, 1)\n")
  }

  @Test("a picture of many images is given up at a signal, and nothing is left (N20c)")
  func show() {
    let words = ["show", "--synthetic", "--batch-size", "1500", "--scale", "4", "--output", "sheet.png"]
    let run = Tool.command(words, in: scratch.path).start()
    // The file is made first, then the records are loaded, then the sheet is drawn.
    #expect(becomesTrue { FileBytes.names(in: scratch.path) != [] })

    run.sendAndWait(SIGINT)
    let result = run.finishChecked()

    #expect(result.status == .signalled(SIGINT))
    #expect(result.duration < .milliseconds(1400))
    #expect(FileBytes.names(in: scratch.path) == [])
  }
}
