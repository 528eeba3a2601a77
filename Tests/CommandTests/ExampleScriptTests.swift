import PipeTestSupport
import Platform
import SystemPackage
import Testing

/// The scripts of `examples/` do what their first lines say, and fail where they should.
@Suite("Example scripts", .timeLimit(.minutes(5)))
struct ExampleScriptTests {
  /// A call of a script: lines for a shell, run in a directory with generated records as `data`, their digests as
  /// `list`, and a copy as `damaged`, in which a label is out of range.
  struct Call: Sendable, CustomTestStringConvertible {
    /// The file in `examples/`.
    let script: String
    let what: String
    let lines: String
    var exit: Int32 = 0
    /// Standard output; `nil` where it is not always the same.
    var output: String?
    /// Programs that are not on every machine.
    var needs: [String] = []
    var testDescription: String { "\(script): \(what)" }

    init(
      _ script: String, _ what: String, exit: Int32 = 0, needs: [String] = [], output: String? = nil,
      _ lines: String
    ) {
      (self.script, self.what, self.lines) = (script, what, lines)
      (self.exit, self.output, self.needs) = (exit, output, needs)
    }
  }

  static let calls = [
    Call("nightly-check.sh", "silent while all is well", output: "", "nightly-check.sh data list"),
    Call(
      "nightly-check.sh", "a line for the mail, and what was found", exit: 65, output: "damaged\n2\n",
      """
      nightly-check.sh damaged list >mail || code=$?
      sed -n '1s/^CIFAR on .*: //p' mail
      grep -c '^cifar-pipe: .*data_batch_3.bin' mail
      exit $code
      """),
    Call(
      "nightly-check.sh", "nothing there", exit: 66,
      output: "CIFAR: missing, or not all there\n",
      """
      nightly-check.sh nowhere >mail || code=$?
      sed -n '1s/ on .*:/:/p' mail
      exit $code
      """),

    Call(
      "audit-shards.sh", "the union of the shards is the epoch",
      output: "16 batches in 3 shards: 0 missing, 0 twice, 0 of another order\n",
      "audit-shards.sh 3 --data data --seed 1 --batch-size 64 --min-after-dequeue 100"),
    Call(
      "audit-shards.sh", "a process that takes the shard of another", exit: 1,
      output: "16 batches in 4 shards: 4 missing, 4 twice, 0 of another order\n",
      """
      instead 's,1/4,0/4,'
      audit-shards.sh 4 --data data --seed 1 --batch-size 64 --min-after-dequeue 100
      """),
    Call(
      "audit-shards.sh", "a process with a seed of its own", exit: 1,
      output: "16 batches in 4 shards: 4 missing, 0 twice, 4 of another order\n",
      """
      instead 's,--seed 1 (.*)1/4,--seed 2 \\11/4,'
      audit-shards.sh 4 --data data --seed 1 --batch-size 64 --min-after-dequeue 100
      """),

    Call(
      "appendix.sh", "the same input elsewhere", output: "5\na.txt: the same bytes\n",
      """
      appendix.sh --data data --seed 1 --preset torch >a.txt
      grep -Ec '^(program|command|settings|delivers  1000 images in 8|sha256) ' a.txt
      appendix.sh --check a.txt --data data --seed 1 --preset torch --threads 1
      """),
    Call(
      "appendix.sh", "another input", exit: 1, output: "",
      """
      appendix.sh --data data --seed 1 --preset raw >a.txt
      appendix.sh --check a.txt --data data --seed 2 --preset raw
      """),
    Call("appendix.sh", "no seed", exit: 64, output: "", "appendix.sh --data data"),

    Call(
      "epochs.mk", "what is there is not made again", needs: ["make"],
      output: "1\n0\nepoch-1.npy epoch-1.npy.sha256 epoch-2.npy epoch-2.npy.sha256\n",
      """
      build() { make -f $EXAMPLES/epochs.mk -j 2 DATA=data SEEDS="$1" verify; }
      build 1 >log; grep -c '^cifar-pipe' log
      build 1 >log; grep -c '^cifar-pipe' log || true
      build '1 2' >log; echo epoch-*
      """),
    Call(
      "epochs.mk", "a failure leaves no half of an epoch", exit: 2, needs: ["make"], output: "none\n",
      """
      make -f $EXAMPLES/epochs.mk DATA=damaged SEEDS=1 >log || code=$?
      test -e epoch-1.npy || echo none
      exit $code
      """),

    Call(
      "to-png.sh", "every image, under its label and number", needs: ["python3"], output: "1000\n",
      #"""
      to-png.sh images 3 --data data
      python3 - <<'END'
      import glob, zlib
      records = b"".join(open(f"data/data_batch_{i}.bin", "rb").read() for i in range(1, 6))
      files = glob.glob("images/*/*.png")
      for file in files:
          label, number = file[:-4].split("/")[1:]
          record = records[3073 * int(number) :][:3073]
          rows = zlib.decompress(open(file, "rb").read()[41:-16])
          pixels = b"".join(rows[97 * y + 1 : 97 * (y + 1)] for y in range(32))
          assert record[0] == int(label)
          assert pixels == bytes(record[1 + 1024 * c + i] for i in range(1024) for c in range(3)), file
      print(len(files))
      END
      """#),
    Call(
      "to-png.sh", "a record with a wrong label", exit: 65, needs: ["python3"],
      "to-png.sh images 2 --data damaged"),

    Call(
      "feed-trainers.sh", "all get the same batches", output: "same\n",
      """
      feed-trainers.sh --data data --seed 1 --format raw -- 'sha256sum >a' 'cat | sha256sum >b' 'sha256sum >c'
      cifar-pipe batch --data data --seed 1 --format raw | sha256sum >expected
      cmp a expected && cmp b expected && cmp c expected && echo same
      """),
    Call(
      "feed-trainers.sh", "one that fails is told, and the others go on", exit: 1,
      output: "failed with 3: head -c 9; exit 3\nsame\n",
      """
      feed-trainers.sh --data data --seed 1 --format raw -- 'sha256sum >a' 'head -c 9; exit 3' 2>errors >/dev/null || code=$?
      cat errors
      cifar-pipe batch --data data --seed 1 --format raw | sha256sum >expected
      cmp a expected && echo same
      exit $code
      """),
    Call(
      "feed-trainers.sh", "without data", exit: 66, output: "",
      "feed-trainers.sh --data nowhere --format raw -- cat cat"),

    Call(
      "resume-job.sh", "jobs that are stopped have the bytes of one that is not", output: "same\n",
      #"""
      options="--data data --batch-size 50 --epochs 3 --min-after-dequeue 100 --seed 1 --format raw"
      jobs=0
      # Reads on when the job has taken the signal, which it then ignores: a full pipe keeps the rest until then.
      consumer='{
        head -c 4000000; kill -TERM $PPID
        until grep -q "SigIgn:.*[4-7c-f]...$" /proc/$PPID/status; do sleep 0.01; done
        cat
      } >>all'
      until resume-job.sh token "$consumer" $options; do
        [ $? = 75 ]
        jobs=$((jobs + 1))
        [ $jobs -lt 99 ]
      done
      [ $jobs -gt 1 ]
      cifar-pipe batch $options | cmp - all && echo same
      """#),
    Call(
      "resume-job.sh", "a consumer that fails has not saved, so the token stays", exit: 5, output: "none\n",
      """
      resume-job.sh token 'cat >/dev/null; exit 5' --data data --seed 1 --epochs 1 --format raw || code=$?
      test -e token || echo none
      exit $code
      """),
    Call(
      "resume-job.sh", "a token of other data", exit: 78,
      """
      cifar-pipe token --data data --seed 1 --epochs 1 --at 2 >token
      resume-job.sh token 'cat >/dev/null' --data data --epochs 1 --batch-size 9 --format raw
      """),

    Call(
      "compare-releases.sh", "a new one that is faster ends the comparison", output: "1\n",
      """
      old 1.0
      compare-releases.sh ./old cifar-pipe --data data --batches 4 --runs 2 --warmup 0 | grep -c ^round
      """),
    Call(
      "compare-releases.sh", "a new one that is slower in each of three rounds", exit: 1, output: "3\n",
      """
      old 1e12
      compare-releases.sh ./old cifar-pipe --data data --batches 4 --runs 2 --warmup 0 >log || code=$?
      grep -c 'a regression' log
      exit $code
      """),

    // What tuning finds has tests of its own, and takes its time.
    Call(
      "tuned-job.sh", "delivers with what was chosen", needs: ["jq"],
      output: "steps of 5ms: --threads 1 --capacity 160\n(64, 24, 24, 3) (64, 1)\n3\n",
      """
      tuning 0 '{"options": "--threads 1 --capacity 160", "threads": 1}'
      tuned-job.sh 5ms --data data --batch-size 64 --min-after-dequeue 96 -- --batches 3 >log 2>&1
      head -n 2 log
      grep -c '(64, 1)' log
      """),
    Call(
      "tuned-job.sh", "delivers with the usual options where nothing is enough", needs: ["jq"],
      output: "steps of 1us: nothing feeds this trainer, the usual options\n(64, 24, 24, 3) (64, 1)\n",
      """
      tuning 1 null
      tuned-job.sh 1us --data data --batch-size 64 -- --batches 1 2>&1
      """),
    Call(
      "tuned-job.sh", "a failure is no answer", exit: 66, needs: ["jq"], output: "",
      "tuned-job.sh 1us --data nowhere -- --batches 1"),

    Call(
      "label-histogram.sh", "as many images of each class", needs: ["jq"],
      output: (0...9).map { "     \($0)     100  \(String(repeating: "#", count: 40))\n" }.joined()
        + "1000 images in 8 batches, at least 10 classes in each\n",
      "label-histogram.sh --data data --seed 1"),
    Call(
      "label-histogram.sh", "both labels of CIFAR-100", needs: ["jq"], output: "100\n 10/50\n",
      """
      label-histogram.sh --data hundred --dataset cifar100 --labels both >log
      grep -c '/' log
      head -n 1 log | cut -c 1-6
      """),
    Call(
      "label-histogram.sh", "a record with a wrong label", exit: 65, needs: ["jq"],
      "label-histogram.sh --data damaged"),

    Call(
      "rate-gate.sh", "fast enough", output: "1\n",
      """
      rate-gate.sh 1 --data data --batches 4 --runs 1 --warmup 0 | grep -c '| images/s |'
      """),
    Call(
      "rate-gate.sh", "too slow, twice; the report is there", exit: 1, output: "2\n1\n",
      """
      instead ''
      GITHUB_STEP_SUMMARY=summary rate-gate.sh 1e12 --data data --batches 4 --runs 1 --warmup 0 ||
        code=$?
      wc -l <calls
      grep -c '| images/s |' summary
      exit $code
      """),
  ]

  /// What came out of all calls, which run two at a time: they wait for programs most of the time.
  private static let results = (0..<2).map { lane in
    Background {
      let own = calls.enumerated().filter { $0.offset % 2 == lane }.map(\.element)
      return Dictionary(uniqueKeysWithValues: own.map { ($0.testDescription, run($0)) })
    }
  }

  /// Words for the calls: `instead` puts a program before cifar-pipe that edits its words and counts its calls, `old`
  /// makes a cifar-pipe whose reports have a rate of their own, `tuning` one that tunes at once.
  private static let prelude = """
    set -eu
    ln -s \(SampleData.directory) data; ln -s \(SampleData.hundred) hundred
    sha256sum data/*.bin >list
    cp -RL data damaged
    printf 'x' | dd of=damaged/data_batch_3.bin bs=1 seek=3073 conv=notrunc status=none
    code=0
    tool() { printf '#!/bin/bash\\n%s\\n' "$2" >$1; chmod +x $1; }
    real=\(Tool.path)
    instead() { tool cifar-pipe "echo >>calls; exec $real \\$(sed -E '$1' <<<\\"\\$*\\")"; }
    old() {
      tool old "$real \\"\\$@\\"; while [[ \\$1 != --export-json ]]; do shift; done
        sed -i -E 's/(\\"images_per_s\\": .\\"median\\": )[0-9.e+]+/\\1$1/' \\"\\$2\\""
    }
    tuning() {
      tool cifar-pipe "[[ \\$1 != bench ]] || { echo '{\\"tune\\": {\\"choice\\": $2}}'; exit $1; }; exec $real \\"\\$@\\""
    }

    """

  private static func run(_ call: Call) -> CommandResult {
    let scratch = ScratchDirectory("example")
    let examples = RepositoryFile.root.appending("examples")
    var command = Command("/bin/sh", ["-c", prelude + call.lines], directory: scratch.path)
    let rest = getenv("PATH").map { String(cString: $0) } ?? ""
    command.environment = [
      "PATH=\(scratch.path):\(examples):\(Tool.path.removingLastComponent()):/usr/bin:/bin:\(rest)",
      "EXAMPLES=\(examples)", "HOME=\(scratch.path)",
    ]
    return command.run(limit: .seconds(200))
  }

  @Test("a script does what it says", arguments: calls)
  func script(_ call: Call) throws {
    for program in call.needs where system("command -v \(program) >/dev/null") != 0 { return }

    let result = try #require(Self.results.compactMap { $0.value[call.testDescription] }.first)

    #expect(result.status == .exited(call.exit), "\(result.errorText)")
    if let output = call.output { #expect(result.outputText == output, "\(result.errorText)") }
  }

  @Test(
    "real records: the shards are the epoch, and every class is there", .enabled(if: RealRecords.areAvailable)
  )
  func realRecords() {
    let data = RealRecords.archive!.string
    let audit = Self.run(
      Call("audit-shards.sh", "", "audit-shards.sh 2 --data '\(data)' --seed 1 --preset distort"))
    let histogram = Self.run(
      Call("label-histogram.sh", "", "label-histogram.sh --data '\(data)' | grep -c '#$'"))

    #expect(audit.status == .exited(0), "\(audit.outputText)\(audit.errorText)")
    #expect(histogram.outputText == "10\n", "\(histogram.errorText)")
  }

  @Test("each script of the folder is tried, also where it fails, and has a line in its README")
  func complete() throws {
    let files = RepositoryFile.names(in: "examples").filter { $0.hasSuffix(".sh") || $0.hasSuffix(".mk") }
    let table = try RepositoryFile.text("examples/README.md")

    #expect(files.count >= 10)
    #expect(Set(files) == Set(Self.calls.map(\.script)))
    for file in files {
      #expect(Self.calls.contains { $0.script == file && $0.exit == 0 }, "\(file)")
      #expect(Self.calls.contains { $0.script == file && $0.exit != 0 }, "\(file)")
      #expect(table.contains("| `\(file)` |"), "\(file)")
    }
  }
}
