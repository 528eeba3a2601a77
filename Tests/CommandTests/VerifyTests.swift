import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// The rows V01 to V12 of the catalogue of faults, as far as a running program shows them.
@Suite("verify")
struct VerifyTests {
  /// A copy of the generated directory that a test may damage.
  private let scratch = ScratchDirectory("verify")
  private var directory: FilePath { scratch.path.appending("set") }

  init() {
    let result = Tool.shell("cp -rL \(SampleData.directory) set", in: scratch.path).run()
    #expect(result.status == .exited(0))
  }

  private func verify(_ options: String...) -> CommandResult {
    Tool.command(["verify", "set"] + options, in: scratch.path).runChecked()
  }

  private func change(_ script: String) {
    #expect(Tool.shell(script, in: directory).run().status == .exited(0))
  }

  private func line(_ name: String, in result: CommandResult) -> String? {
    result.outputText.split(separator: "\n").map(String.init).first { $0.contains(" \(name)") }
  }

  @Test("a good directory and a good archive are good, a line a file, nothing on standard error (V01)")
  func good() {
    for path in [SampleData.directory, SampleData.archive, SampleData.hundred] {
      let result = Tool.run("verify", "--strict", path.string)

      #expect(result.status == .exited(0))
      #expect(result.error == [])
      #expect(result.outputText.hasSuffix(" files: good\n"))
      #expect(
        line("test", in: result)?.hasPrefix("good ") == true || line("test_batch.bin", in: result) != nil)
    }
  }

  @Test("the images of each class and file are counted")
  func counts() {
    let text = verify().outputText

    // 200 generated records of ten classes, in turn.
    let rows = text.split(separator: "\n").filter { $0.first?.isNumber == true }
    #expect(rows.count == 10)
    for row in rows { #expect(row.split(separator: " ").suffix(6).allSatisfy { $0 == "20" }, "\(row)") }
  }

  @Test("a flipped bit shows against a list of digests, with both digests (V02)")
  func digests() {
    change("sha256sum *.bin > ../list && printf '\\377' | dd of=data_batch_2.bin bs=1 seek=5000 conv=notrunc")

    let good = Tool.run("verify", "set", in: scratch.path)
    let result = verify("--digests", "list")

    #expect(good.status == .exited(0))
    #expect(result.status == .exited(65))
    #expect(line("data_batch_2.bin", in: result)?.hasPrefix("wrong") == true)
    #expect(line("data_batch_1.bin", in: result)?.hasPrefix("good") == true)
    #expect(
      result.errorText.contains(
        /set\/data_batch_2.bin: digest does not match line 2 of the list \(expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}\)/
      ))
  }

  @Test("three faults at once are all told (V03)")
  func three() {
    change(
      """
      printf '\\310' | dd of=data_batch_2.bin bs=1 seek=6146 conv=notrunc
      truncate -s -1 data_batch_3.bin
      rm test_batch.bin
      """)

    let result = verify()

    #expect(result.status == .exited(65))
    let lines = result.errorText.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines.contains {
        $0.contains("data_batch_2.bin:2: fine label out of range (expected 0 to 9, found 200)")
      })
    #expect(lines.contains { $0.contains("data_batch_3.bin: size is not a whole number of records") })
    #expect(lines.contains { $0.contains("test_batch.bin: is missing") })
    #expect(lines.last == "cifar-pipe: set: is wrong (3 findings)")
  }

  @Test("all labels out of range are counted, the first is named")
  func labels() {
    change(
      "for n in 1 2 3; do printf '\\012' | dd of=data_batch_1.bin bs=1 seek=$((n * 3073)) conv=notrunc; done")

    let result = verify()

    #expect(
      result.errorText.contains(
        ":1: fine label out of range (expected 0 to 9, found 10); 3 such labels in all"))
  }

  @Test("a missing directory is not an input, and one without records neither (V04)")
  func missing() {
    let absent = Tool.run("verify", "nowhere", in: scratch.path)
    change("mkdir ../empty")
    let empty = Tool.run("verify", "empty", in: scratch.path)

    #expect(absent.status == .exited(66))
    #expect(absent.errorText.contains("nowhere"))
    #expect(empty.status == .exited(66))
  }

  @Test("an extra file is told, and wrong with --strict (V05)")
  func extra() {
    change("touch notes; mkdir more")

    let result = verify()
    let strict = verify("--strict")

    #expect(result.status == .exited(0))
    #expect(line("notes", in: result)?.hasPrefix("extra") == true)
    #expect(line("more", in: result)?.hasPrefix("extra") == true)
    #expect(strict.status == .exited(65))
    #expect(strict.errorText.contains("set/notes: is not one of the files of CIFAR-10"))
    #expect(strict.errorText.contains("set/more: is not one of the files of CIFAR-10"))
  }

  /// Commands that put something else in the place of a data file, and what it is called.
  static let kinds = [
    ("ln -s data_batch_1.bin data_batch_2.bin", "a symbolic link"),
    ("ln -s data_batch_2.bin data_batch_2.bin", "a symbolic link"),
    ("mkfifo data_batch_2.bin", "a named pipe"),
    ("mkdir data_batch_2.bin", "a directory"),
  ]

  @Test(
    "a link, a loop, a pipe or a directory for a data file is named, without waiting (V06)",
    .timeLimit(.minutes(5)), arguments: kinds)
  func kind(command: String, name: String) {
    change("rm data_batch_2.bin; \(command)")

    let result = verify()

    #expect(result.status == .exited(65))
    #expect(
      result.errorText.contains(
        "set/data_batch_2.bin: is of the wrong kind (expected a file, found \(name))"))
  }

  @Test("a file that may not be read could not be checked, which is not wrong (V07)")
  func unreadable() throws {
    change("chmod 000 data_batch_2.bin")
    #expect(Tool.shell("chmod 755 . set", in: scratch.path).run().status == .exited(0))
    // Root may read everything, so the program runs as nobody.
    let prefix = geteuid() == 0 ? ["--reuid=65534", "--regid=65534", "--clear-groups", Tool.path.string] : []
    var command = Command(prefix.isEmpty ? Tool.path : "/usr/bin/setpriv", prefix + ["verify", "set"])
    command.environment = Tool.environment
    command.directory = scratch.path

    let alone = command.runChecked()
    change("truncate -s -1 data_batch_3.bin")
    let both = command.runChecked()

    #expect(alone.status == .exited(66))
    #expect(alone.errorText.contains("set/data_batch_2.bin: could not be checked: permission denied"))
    #expect(alone.outputText.contains("unchecked  data_batch_2.bin"))
    #expect(alone.outputText.contains("good       data_batch_1.bin"))
    #expect(both.status == .exited(65))
  }

  @Test("record files that a list does not name are told, and wrong with --strict (N11)")
  func shortList() {
    change("sha256sum data_batch_1.bin > ../list && touch notes && sha256sum *.bin notes > ../all")

    let short = verify("--digests", "list")
    let strict = verify("--digests", "list", "--strict")
    let all = verify("--digests", "all")

    #expect(short.status == .exited(0))
    #expect(
      short.outputText.split(separator: "\n").count { $0.hasSuffix(", is not in the list of digests") } == 5)
    #expect(line("data_batch_1.bin", in: short)?.contains("list") == false)
    #expect(strict.status == .exited(65))
    #expect(strict.errorText.contains("set/test_batch.bin: is not in the list of digests\n"))
    #expect(all.status == .exited(0))
    #expect(all.outputText.contains("was not compared with line 7 of the list"))
    #expect(!all.outputText.contains("is not in the list"))
  }

  @Test("a list of an archive or its members is one of all its bytes (N11)", arguments: [true, false])
  func listOfArchive(isWhole: Bool) {
    let archive = SampleData.archive.string
    change(isWhole ? "sha256sum \(archive) > ../list" : "sha256sum *.bin > ../list")

    let result = Tool.run("verify", "--strict", archive, "--digests", "list", in: scratch.path)

    #expect(result.status == .exited(0), "\(result.errorText)")
  }

  @Test("a list without digests is wrong (N11)", arguments: ["", "# none\n\n"])
  func emptyList(text: String) {
    scratch.write(Array(text.utf8), to: "list")

    let result = verify("--digests", "list")

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("list: has no digest in it\n"))
  }

  @Test("a bad label is wrong though size and digest fit (V09)")
  func patchedList() {
    change("printf '\\310' | dd of=data_batch_2.bin bs=1 seek=0 conv=notrunc && sha256sum *.bin > ../list")

    let result = verify("--digests", "list")

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("data_batch_2.bin:0: fine label out of range"))
    #expect(!result.errorText.contains("digest"))
  }

  @Test("nothing is written, also where nothing can be (V10)")
  func readOnly() {
    change("chmod 555 .")
    let listing = "ls -lan --time-style=full-iso set"
    let before = Tool.shell(listing, in: scratch.path).run().output

    let result = verify()

    #expect(result.status == .exited(0))
    #expect(Tool.shell(listing, in: scratch.path).run().output == before)
    change("chmod 755 .")
  }

  @Test("wrong lines of a list are told with their number, and the data checked all the same (V11)")
  func badList() {
    change(
      "sha256sum data_batch_1.bin > ../list && printf 'nonsense\\n0123  test_batch.bin\\n' >> ../list && cat ../list >> ../twice && cat ../list >> ../twice; sha256sum /dev/null | sed s,/dev/null,absent.bin, >> ../list"
    )

    let result = verify("--digests", "list")
    let twice = verify("--digests", "twice")

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("list: line 2: is not a digest and a name (found 'nonsense')"))
    #expect(
      result.errorText.contains("list: line 3: digest has a wrong length (expected 64 digits, found 4)"))
    #expect(result.errorText.contains("set/absent.bin: is missing (line 4 of the list names it)"))
    #expect(line("test_batch.bin", in: result)?.hasPrefix("good") == true)
    #expect(twice.errorText.contains("twice: line 4: 'data_batch_1.bin' comes twice (first in line 1)"))
    #expect(verify("--digests", "nowhere").status == .exited(66))
  }

  @Test("a damaged archive is wrong, and what came before the damage is told")
  func archive() {
    change(
      "tar cf ../whole.tar -C .. set && gzip -k ../whole.tar && head -c 3000000 ../whole.tar > ../cut.tar")
    change(
      "cp ../whole.tar.gz ../flipped.tar.gz && printf '\\377\\377\\377' | dd of=../flipped.tar.gz bs=1 seek=90000 conv=notrunc"
    )

    let whole = Tool.run("verify", "whole.tar.gz", in: scratch.path)
    let cut = Tool.run("verify", "cut.tar", in: scratch.path)
    let flipped = Tool.run("verify", "flipped.tar.gz", in: scratch.path)

    #expect(whole.status == .exited(0))
    #expect(cut.status == .exited(65))
    #expect(cut.errorText.contains("cut.tar: "))
    #expect(cut.errorText.contains("ends early"))
    #expect(cut.outputText.contains("good   data_batch_"))
    #expect(!cut.errorText.contains("missing"))
    #expect(flipped.status == .exited(65))
  }

  @Test("an archive without one of the files names it, and --strict its extra members")
  func archiveMembers() {
    change("rm data_batch_4.bin; touch notes; tar czf ../some.tar.gz -C .. set")

    let result = Tool.run("verify", "--strict", "some.tar.gz", in: scratch.path)

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("some.tar.gz/data_batch_4.bin: is missing"))
    #expect(result.errorText.contains("some.tar.gz/notes: is not one of the files of CIFAR-10"))
  }

  @Test("--json is one object with the counts and all findings")
  func json() {
    change("truncate -s -1 data_batch_3.bin; rm data_batch_4.bin")

    let result = verify("--json")

    #expect(result.status == .exited(65))
    #expect(result.outputText.split(separator: "\n").count == 1)
    #expect(
      result.outputText.hasPrefix(#"{"schema": "cifar-pipe/verify/1", "path": "set", "dataset": "cifar10", "#)
    )
    #expect(result.outputText.contains(#""verdict": "wrong""#))
    #expect(result.outputText.contains(#""name": "data_batch_4.bin", "status": "missing""#))
    #expect(result.outputText.contains(#""fine_counts": [20, 20, 20, 20, 20, 20, 20, 20, 20, 20]"#))
    #expect(result.outputText.contains("data_batch_3.bin: size is not a whole number of records"))
  }

  @Test("several paths have a report each, and the gravest finding of all decides (V13)")
  func several() throws {
    change("cp -r . ../bad && truncate -s -1 ../bad/data_batch_3.bin && mkdir ../empty")
    let paths = ["verify", "set", "nowhere", "bad", "empty", SampleData.archive.string]

    let text = Tool.command(paths, in: scratch.path).runChecked()
    let json = Tool.command(paths + ["--json"], in: scratch.path).runChecked()
    let unread = Tool.run("verify", "set", "nowhere", in: scratch.path)
    let good = Tool.run("verify", "set", SampleData.archive.string, in: scratch.path)

    #expect([text.status, json.status, unread.status] == [.exited(65), .exited(65), .exited(66)])
    #expect(text.errorText.contains("nowhere: could not be checked: no such file or directory\n"))
    #expect(text.errorText.contains("bad: is wrong (1 finding)\n"))
    #expect(text.errorText.hasSuffix("cifar-pipe: of 5 paths 1 is wrong and 2 could not be checked\n"))
    #expect(unread.errorText.hasSuffix("cifar-pipe: of 2 paths 1 could not be checked\n"))
    #expect(text.outputText.split(separator: "\n").count { $0.contains(" files: ") } == 3)
    #expect(good.status == .exited(0))
    #expect(good.errorText == "")
    let object = try JSONValue(parsing: json.outputText)
    #expect(object["schema"] == .string("cifar-pipe/verify-list/1"))
    #expect(object["verdict"] == .string("wrong"))
    let reports = try #require(object["reports"]?.elements)
    #expect(reports.compactMap { $0["path"]?.text }.dropLast() == ["set", "nowhere", "bad", "empty"])
    #expect(
      reports.compactMap { $0["verdict"]?.text } == ["good", "unchecked", "wrong", "unchecked", "good"])
    #expect(Set(reports.map(\.names)).count == 1)
  }

  @Test(
    "an archive in standard input has the report of one in a file (V14)",
    arguments: ["cat", "gunzip", "head -c 9000"])
  func standardInput(program: String) throws {
    let read = "\(program) < '\(SampleData.archive)'"

    let named = Tool.shell("\(read) > named; cifar-pipe verify --json named", in: scratch.path).runChecked()
    let result = Tool.shell("\(read) | cifar-pipe verify --json -", in: scratch.path).runChecked()

    #expect(result.status == named.status)
    #expect(result.outputText == named.outputText.replacing("named", with: "standard input"))
    #expect(result.errorText == named.errorText.replacing("named", with: "standard input"))
    #expect(Tool.run("verify", "-", "-").status == .exited(64))
  }

  @Test("--quiet tells errors alone, and --verbose all digests")
  func messages() throws {
    let quiet = verify("--quiet")
    let both = verify("--quiet", "--json")
    let verbose = verify("--verbose")
    change("truncate -s -1 data_batch_3.bin")
    let wrong = verify("--quiet")

    #expect(quiet.status == .exited(0))
    #expect(quiet.outputText + quiet.errorText == "")
    #expect(both.outputText.hasPrefix("{"))
    #expect(verbose.errorText.contains(/data_batch_1.bin: sha256 [0-9a-f]{64}\n/))
    #expect(wrong.status == .exited(65))
    #expect(wrong.outputText == "")
    #expect(wrong.errorText.contains("data_batch_3.bin: size is not a whole number of records"))
  }

  @Test("without a path it is the variable, then the cache; without either there is no input")
  func defaultPath() {
    var command = Tool.command(["verify"])
    command.environment.append("CIFAR_PIPE_DATA=\(directory)")
    let variable = command.runChecked()
    change("mkdir ../cache && cp -r . ../cache/cifar-10-batches-bin")
    command.environment = Tool.environment + ["CIFAR_PIPE_CACHE=\(scratch.path.appending("cache"))"]
    let cache = command.runChecked()
    command.environment = Tool.environment + ["CIFAR_PIPE_CACHE=/nowhere"]
    let none = command.runChecked()

    #expect(variable.status == .exited(0))
    #expect(cache.status == .exited(0))
    #expect(cache.outputText.contains("cache/cifar-10-batches-bin: CIFAR-10"))
    #expect(none.status == .exited(66))
  }
}
