import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Directories that are in the way of an extraction, and what --force may replace.
@Suite("Extract, over what is there", .timeLimit(.minutes(5)))
struct ExtractOutputTests {
  private typealias Samples = ExtractSamples

  @Test("an output that is in the way is told and stays as it is (X33, X35)")
  func inTheWay() {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "a.tar.gz")
    let out = scratch.path.appending("out")
    mkdir(out.string, 0o755)
    symlink("out", scratch.path.appending("link").string)
    let file = scratch.write([1], to: "out/mine")

    let full = Tool.run("extract", "a.tar.gz", "--output", "out", in: scratch.path)
    let link = Tool.run("extract", "a.tar.gz", "--output", "link", "--force", in: scratch.path)
    let orphan = Tool.run("extract", "a.tar.gz", "--output", "no/where", in: scratch.path)

    for result in [full, link, orphan] { #expect(result.status == .exited(73)) }
    #expect(full.errorText.contains("--force"))
    #expect(link.errorText.contains("a symbolic link"))
    #expect(FileBytes.read(file) == [1])
    #expect(FileBytes.names(in: scratch.path) == ["a.tar.gz", "link", "out"])
  }

  @Test("--force replaces an earlier extraction by a good archive alone (X34)")
  func forced() {
    let scratch = ScratchDirectory("extract")
    var damaged = Samples.archive
    damaged[damaged.count * 9 / 10] ^= 1
    scratch.write(damaged, to: "bad.tar.gz")
    scratch.write(Samples.archive, to: "good.tar.gz")
    _ = Tool.shell("mkdir -p out/\(Samples.directory)", in: scratch.path).run()
    let old = scratch.write([1], to: "out/\(Samples.directory)/data_batch_6.bin")
    scratch.write([2], to: "out/test_batch.bin")

    let bad = Tool.run("extract", "bad.tar.gz", "--output", "out", "--force", in: scratch.path)
    let kept = FileBytes.read(old)
    let good = Tool.run("extract", "good.tar.gz", "--output", "out", "--force", in: scratch.path)

    #expect(bad.status == .exited(65))
    #expect(kept == [1])
    #expect(good.status == .exited(0))
    #expect(FileBytes.names(in: scratch.path.appending("out")) == [Samples.directory])
    #expect(Samples.isComplete(scratch.path.appending("out").appending(Samples.directory)))
    #expect(FileBytes.names(in: scratch.path) == ["bad.tar.gz", "good.tar.gz", "out"])
  }

  /// What may lie in a directory that is not ours to replace, and the name that the message tells.
  static let strangers: [(script: String, name: String)] = [
    ("echo mine > out/mine", "mine"),
    ("echo mine > out/.profile", ".profile"),
    ("cp a.tar.gz out/", "a.tar.gz"),
    (
      "mkdir -p out/cifar-10-batches-bin && echo mine > out/cifar-10-batches-bin/notes",
      "cifar-10-batches-bin/notes"
    ),
    ("mkdir -p out/cifar-10-batches-bin/cifar-10-batches-bin", "cifar-10-batches-bin/cifar-10-batches-bin"),
    ("mkdir out/test_batch.bin", "test_batch.bin"),
    ("mkdir out/cifar-100-binary", "cifar-100-binary"),
    ("ln -s /etc/passwd out/test_batch.bin", "test_batch.bin"),
    ("mkdir out/cifar-10-batches-py", "cifar-10-batches-py"),
  ]

  @Test("--force replaces nothing that no archive has put there, and names it", arguments: strangers)
  func foreign(script: String, name: String) {
    let scratch = ScratchDirectory("extract")
    scratch.write(Samples.archive, to: "a.tar.gz")
    _ = Tool.shell("mkdir out; \(script)", in: scratch.path).run()
    let listing = Tool.shell("find . | sort; cat out/* 2>/dev/null", in: scratch.path)
    let before = listing.run().output

    let result = Tool.run("extract", "a.tar.gz", "--output", "out", "--force", in: scratch.path)

    #expect(result.status == .exited(73))
    #expect(result.errorText.hasPrefix("cifar-pipe: out: is not replaced, since '\(name)' in it "))
    #expect(listing.run().output == before)
  }

  @Test("fetch --force, too, leaves a directory with foreign files alone")
  func fetch() {
    let place = FetchPlace()
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    let url = server.url("/a.tar.gz")
    _ = place.fetch(url, "--output", "out").runChecked()
    place.scratch.write([1], to: "out/\(Samples.directory)/test_batch.bin")
    let mine = place.scratch.write([1], to: "out/\(Samples.directory)/mine")

    let refused = place.fetch(url, "--output", "out", "--force").runChecked()
    let kept = FileBytes.read(mine)
    unlink(mine.string)
    let forced = place.fetch(url, "--output", "out", "--force").runChecked()

    #expect(refused.status == .exited(73))
    #expect(refused.errorText.contains("'mine' in it is none of the files"), "\(refused.errorText)")
    #expect(kept == [1])
    #expect(forced.status == .exited(0))
    #expect(Samples.isComplete(place.out.appending(Samples.directory)))
  }
}
