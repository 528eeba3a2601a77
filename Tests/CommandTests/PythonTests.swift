import CIFAR
import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Any copy will do: the python version delivers the bytes of the binary one.
@Suite("The python version as --data")
struct PythonTests {
  private let scratch = ScratchDirectory("python")

  private func makeCopies(_ kind: DatasetKind, style: PickleWriter.Style) {
    PythonSamples.make(kind, style, in: scratch)
  }

  private func digest(_ data: String, _ kind: DatasetKind, _ split: String) -> String {
    let labels = kind == .cifar10 ? "fine" : "both"
    let result = Tool.shell(
      "cifar-pipe batch --data \(data) --dataset \(kind.rawValue) --split \(split) --labels \(labels) --seed 7 "
        + "--format npy --epochs 2 --batch-size 32 | sha256sum", in: scratch.path
    ).runChecked()
    #expect(result.error == [])
    return result.outputText
  }

  @Test(
    "directory, its parent and archive deliver the bytes of the binary version", .timeLimit(.minutes(5)),
    arguments: [
      (DatasetKind.cifar10, PickleWriter.Style.python2), (.cifar10, .python3Bytes), (.cifar100, .python2),
      (.cifar100, .python3Text),
    ])
  func sameBytes(kind: DatasetKind, style: PickleWriter.Style) {
    makeCopies(kind, style: style)
    let binary = (kind == .cifar10 ? SampleData.directory : SampleData.hundred).string
    let name = kind == .cifar10 ? "cifar-10-batches-py" : "cifar-100-python"
    for split in ["train", "test"] {
      let expected = digest(binary, kind, split)
      for copy in [name, ".", "python.tar.gz"] {
        #expect(digest(copy, kind, split) == expected, "\(copy), \(split)")
      }
    }
  }

  @Test("listings call the records as those of the binary version")
  func names() {
    makeCopies(.cifar10, style: .python2)
    let options = "--format jsonl --no-shuffle --batch-size 3 --batches 1"
    let binary = Tool.shell("cifar-pipe batch --data \(SampleData.directory) \(options)").runChecked()
    for copy in [".", "python.tar.gz"] {
      let result = Tool.shell("cifar-pipe batch --data \(copy) \(options)", in: scratch.path).runChecked()
      #expect(result.outputText == binary.outputText)
    }
  }

  @Test("verify reads the python version, and tells what is wrong in it")
  func verify() {
    makeCopies(.cifar10, style: .python2)
    for copy in ["cifar-10-batches-py", ".", "python.tar.gz"] {
      let result = Tool.run("verify", "--strict", copy, in: scratch.path)
      #expect(result.status == .exited(0), "\(result.errorText)")
      #expect(result.outputText.contains("CIFAR-10, python, 1200 records in 6 files: good"))
    }
    let first = scratch.path.appending("cifar-10-batches-py/data_batch_1")
    let second = scratch.path.appending("cifar-10-batches-py/data_batch_2")
    scratch.write(Array((FileBytes.read(first) ?? []).dropLast()), to: "cifar-10-batches-py/data_batch_1")
    scratch.write(Array("\u{80}cos\nsystem\n".utf8), to: "cifar-10-batches-py/data_batch_2")

    let result = Tool.run("verify", "cifar-10-batches-py", in: scratch.path)

    #expect(result.status == .exited(65))
    #expect(result.errorText.contains("\(first.lastComponent!): not the pickle of a batch: at byte "))
    #expect(
      result.errorText.contains("\(second.lastComponent!): not the pickle of a batch: at byte 0: no pickle"))
  }

  @Test("a pickle that would run a program runs none, and is refused with its name")
  func refusal() {
    makeCopies(.cifar10, style: .python2)
    let bytes = [0x80, 2] + Array("cos\nsystem\nU\u{7}touch x".utf8) + [0x85, 0x52, 0x2e]
    scratch.write(bytes, to: "cifar-10-batches-py/data_batch_3")

    let result = Tool.run("batch", "--data", ".", in: scratch.path)

    #expect(result.status == .exited(65))
    #expect(result.output == [])
    #expect(
      result.errorText.hasSuffix(
        "data_batch_3: not the pickle of a batch: at byte 2: name 'os.system' is not taken\n"))
    #expect(access(scratch.path.appending("x").string, F_OK) != 0)
  }

  @Test(
    "extract and fetch refuse the pickles that batch refuses (N20a)",
    arguments: [[], [0x80, 2] + Array("cos\nsystem\nU\u{7}touch x".utf8) + [0x85, 0x52, 0x2e]])
  func refusedArchive(pickle: [UInt8]) {
    makeCopies(.cifar10, style: .python2)
    scratch.write(pickle, to: "cifar-10-batches-py/data_batch_3")
    _ = Tool.shell(
      "rm python.tar.gz && tar czf bad.tar.gz cifar-10-batches-py && mkdir out", in: scratch.path
    ).run()

    let extracted = Tool.run("extract", "bad.tar.gz", "--output", "set", in: scratch.path)
    let flat = Tool.shell("cd out && cifar-pipe extract ../bad.tar.gz", in: scratch.path).runChecked()
    let fetched = Tool.run(
      "fetch", "--variant", "python", "--unverified", "--url", "file://\(scratch.path)/bad.tar.gz",
      "--output",
      "out", in: scratch.path)

    for result in [extracted, flat, fetched] {
      #expect(result.status == .exited(65))
      #expect(result.errorText.contains("data_batch_3: "), "\(result.errorText)")
    }
    #expect(FileBytes.names(in: scratch.path) == ["bad.tar.gz", "cifar-10-batches-py", "out"])
    #expect(FileBytes.names(in: scratch.path.appending("out")) == [])
  }

  /// Whether there is a Python with NumPy to compare with.
  static let hasNumPy =
    Tool.shell(
      "python3 -c 'import numpy'"
    ).withPath().run().status == .exited(0)

  @Test("Python reads the pickles of the tests as the same arrays", .enabled(if: hasNumPy))
  func pythonReads() {
    makeCopies(.cifar10, style: .python2)
    let script = """
      import numpy, pickle, sys
      batch = pickle.load(open('cifar-10-batches-py/data_batch_1', 'rb'), encoding='bytes')
      assert batch[b'data'].shape == (200, 3072) and batch[b'data'].dtype == numpy.uint8
      labels = numpy.array(batch[b'labels'], numpy.uint8).reshape(-1, 1)
      sys.stdout.buffer.write(numpy.hstack([labels, batch[b'data']]).tobytes())
      """
    scratch.write(Array(script.utf8), to: "read.py")

    let result = Tool.shell("python3 read.py", in: scratch.path).withPath().run()

    #expect(result.output == FileBytes.read(SampleData.directory.appending("data_batch_1.bin")))
  }

  @Test("pickles that Python and NumPy write deliver the same bytes", .enabled(if: hasNumPy))
  func pythonWrites() {
    let script = """
      import numpy, os, pickle, sys
      os.mkdir('py')
      for name in os.listdir(sys.argv[1]):
        if not name.endswith('.bin'): continue
        records = numpy.fromfile(os.path.join(sys.argv[1], name), numpy.uint8).reshape(-1, 3073)
        batch = {b'batch_label': b'a', b'labels': records[:, 0].tolist(), b'data': records[:, 1:].copy(),
                 b'filenames': [b'%d.png' % i for i in range(len(records))]}
        with open('py/' + name[:-4], 'wb') as file: pickle.dump(batch, file, 2)
      """
    scratch.write(Array(script.utf8), to: "write.py")
    let result = Tool.shell("python3 write.py \(SampleData.directory)", in: scratch.path).withPath().run()
    #expect(result.status == .exited(0), "\(result.errorText)")

    #expect(digest("py", .cifar10, "train") == digest(SampleData.directory.string, .cifar10, "train"))
  }
}

extension Command {
  /// The command with the `PATH` of the tests themselves, in which other programs are found.
  fileprivate func withPath() -> Command {
    var command = self
    if let path = getenv("PATH") { command.environment.append("PATH=\(String(cString: path))") }
    return command
  }
}
