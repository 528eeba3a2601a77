import Platform
import PipeTestSupport
import Testing

@testable import CIFARPipeCommands

@Suite("--format slots", .timeLimit(.minutes(2)))
struct SlotsTests {
  private static let base = [
    "--data", SampleData.directory.string, "--seed", "5", "--batch-size", "64", "--min-after-dequeue", "300",
  ]

  /// Reads a run to its end, giving every slot back at once.
  private static func finish(_ client: SlotsClient, _ visit: (SlotsClient.Message) throws -> Void) rethrows {
    while let message = client.next() {
      try visit(message)
      if message.kind == 2 { client.giveBack([message.slot]) }
      if message.kind > 3 { break }
    }
    client.run.closeInput()
  }

  @Test(
    "the batches in the slots are the bytes of --format raw",
    arguments: [
      ["--preset", "raw"], ["--preset", "torch", "--threads", "3"],
      ["--label-dtype", "int64", "--threads", "1"],
      ["--slots", "2", "--threads", "2"], ["--shard", "1/3", "--epochs", "2"],
    ])
  func bytes(options: [String]) throws {
    let common = options.first == "--slots" ? options.dropFirst(2) : options[...]
    let raw = Tool.command(["batch"] + Self.base + common + ["--format", "raw", "--digest"]).runChecked()
    let client = SlotsClient(Self.base + options + ["--digest"])

    var bytes: [UInt8] = []
    var axes: [Int] = []
    try Self.finish(client) { message in
      if message.kind == 1 {
        axes = try (0..<3).map { try client.header(56 + 4 * $0, as: UInt32.self) }
      }
      guard message.kind == 2 else { return }
      let image = try axes.reduce(client.text(72, count: 12) == "uint8" ? 1 : 4, *)
      let label = try client.text(84, count: 12) == "int64" ? 8 : 4
      bytes += try client.bytes(message, imageLength: image, labelLength: label)
    }
    let result = client.run.finishChecked()

    let isSame = bytes == raw.output
    #expect(isSame && !bytes.isEmpty)
    #expect(result.status == .exited(0))
    #expect(result.errorText == raw.errorText)
  }

  @Test("the messages tell where a run goes on, where its epochs end, and how it ends")
  func messages() throws {
    let options = Self.base + ["--epochs", "2", "--batches", "20", "--shard", "0/2"]
    let client = SlotsClient(options + ["--start-batch", "2"])

    var found: [[UInt64]] = []
    Self.finish(client) {
      found.append([UInt64($0.kind), $0.number, $0.epoch, $0.indexInEpoch, $0.position])
    }

    // Epochs of 16 batches: every second one of the first, then two until the run is cut short.
    let first = (1..<8).map { (turn: UInt64) in [2, 2 * turn, 0, 2 * turn, 2 * turn + 2] }
    #expect(
      found == [[1, 0, 0, 0, 2]] + first + [[3, 14, 0, 14, 16], [2, 16, 1, 0, 18], [2, 18, 1, 2, 20]] + [
        [4, 0, 0, 0, 20]
      ])
    #expect(client.run.finishChecked().status == .exited(0))
  }

  @Test("the header says what lies where, and its text becomes the token of any position")
  func header() throws {
    let client = SlotsClient(Self.base + ["--preset", "eval", "--threads", "9", "--epochs", "3"])
    #expect(client.next()?.kind == 1)

    #expect(try client.text(0, count: 16) == "cifar-pipe slots")
    let words = try [16, 20, 48, 52, 56, 60, 64, 68].map { try client.header($0, as: UInt32.self) }
    #expect(words == [1, 4096, 13, 64, 24, 24, 3, 1])
    let (images, labels) = (64 * 24 * 24 * 3 * 4, 64 * 4)
    let stride = (images + labels + 4095) / 4096 * 4096
    let longs = try [24, 32, 40, 96, 104, 112, 120, 136].map { try client.header($0, as: UInt64.self) }
    #expect(longs == [4096 + 13 * stride, stride, images, 5, 16, 0, 48, 16])
    #expect(try client.text(72, count: 12) == "float32" && client.text(84, count: 12) == "int32")
    #expect(try client.text(144, count: 16) == "nhwc")
    #expect(try client.text(160, count: 32) == ThisProcess.version)

    let stem = try client.text(196, count: client.header(192, as: UInt32.self))
    var hash = FowlerNollVoHash()
    hash.update("\(stem)7".utf8)
    let words7 = ["token"] + Self.base + ["--preset", "eval", "--at", "7"]
    #expect(Tool.command(words7).runChecked().outputText == "\(stem)7@check=\(hash.hexadecimal)\n")
  }

  @Test("nothing comes while all slots are held, and all of them may be held at the end")
  func allHeld() throws {
    let client = SlotsClient(Self.base + ["--slots", "3", "--batches", "5"])
    #expect(client.next()?.kind == 1)
    let held = (0..<3).compactMap { _ in client.next() }
    #expect(Set(held.map(\.slot)) == [0, 1, 2])

    // In any order, several at once.
    client.giveBack([held[2].slot, held[0].slot])
    let last = (0..<2).compactMap { _ in client.next() }
    #expect(last.map(\.number) == [3, 4] && Set(last.map(\.slot)) == Set([held[2].slot, held[0].slot]))
    #expect(client.next()?.kind == 4)
    client.run.closeInput()
    #expect(client.run.finishChecked().status == .exited(0))
  }

  @Test("a slot that nobody holds ends the run", arguments: [7, 200, nil] as [UInt32?])
  func wrongSlot(wrong: UInt32?) throws {
    let client = SlotsClient(Self.base + ["--slots", "2", "--epochs", "100"])
    #expect(client.next()?.kind == 1)
    let first = try #require(client.next())

    // Without another one the slot that is held, twice.
    client.giveBack([wrong ?? first.slot, first.slot])
    var last: SlotsClient.Message?
    while let message = client.next() {
      last = message
      // Whoever has seen the error closes at once, and gets the exit code all the same.
      if message.kind == 5 { client.run.closeInput() }
    }

    let result = client.run.finishChecked()
    #expect(last?.kind == 5 && last?.code == 65)
    #expect(result.status == .exited(65))
    #expect(
      result.errorText.hasPrefix("cifar-pipe: standard input: slot \(wrong ?? first.slot) was given back"))
  }

  @Test("the end of the other program ends the run within two seconds, whatever it waits for")
  func closedInput() {
    for held in [0, 1, 8] {
      let client = SlotsClient(Self.base + ["--epochs", "1000000"])
      for _ in 0...held { _ = client.next() }

      client.run.closeInput()
      let result = client.run.finishChecked(limit: .seconds(10))

      #expect(result.status == .signalled(SIGPIPE) && result.errorText == "")
      #expect(result.duration < .seconds(2))
    }
  }

  @Test("slots that are held when the other program wants no more stay as they are")
  func heldAtTheEnd() throws {
    let client = SlotsClient(Self.base + ["--epochs", "1000000", "--slots", "4", "--threads", "3"])
    #expect(client.next()?.kind == 1)
    let held = (0..<3).compactMap { _ in client.next() }
    let before = try held.map { try client.bytes($0, imageLength: 24 * 24 * 3 * 4, labelLength: 4) }

    client.run.closeInput()
    _ = client.run.finishChecked()

    let after = try held.map { try client.bytes($0, imageLength: 24 * 24 * 3 * 4, labelLength: 4) }
    #expect(before == after && held.count == 3)
  }

  @Test("a seed of 64 bits and a run without a known end are in the header as they are")
  func largeNumbers() throws {
    let seed = UInt64.max - 1
    let client = SlotsClient([
      "--data", SampleData.directory.string, "--seed", "\(seed)", "--min-after-dequeue", "0", "--epochs", "3",
    ])
    #expect(client.next()?.kind == 1)
    #expect(try client.header(96, as: UInt64.self) == Int(truncatingIfNeeded: seed))
    client.run.closeInput()
    #expect(client.run.finishChecked().status == .signalled(SIGPIPE))
  }

  @Test("a failure is told by a message with its exit code, and a signal too")
  func failure() throws {
    let scratch = ScratchDirectory("slots")
    // The last label of the last file is out of range.
    for number in 1...5 {
      var bytes = Array(repeating: UInt8(0), count: 3073 * 100)
      if number == 5 { bytes[3073 * 99] = 77 }
      scratch.write(bytes, to: "data_batch_\(number).bin")
    }
    let client = SlotsClient(["--data", scratch.path.string, "--no-shuffle", "--batch-size", "64"])

    var last: SlotsClient.Message?
    Self.finish(client) { last = $0 }
    let result = client.run.finishChecked()

    #expect(last?.kind == 5 && last?.code == 65)
    #expect(result.status == .exited(65) && result.errorText.contains("label"))

    let stopped = SlotsClient(Self.base + ["--epochs", "1000000"])
    #expect(stopped.next()?.kind == 1)
    stopped.run.send(SIGTERM)
    while let message = stopped.next() { last = message }
    #expect(last?.kind == 5 && last?.code == 128 + UInt32(SIGTERM))
    #expect(stopped.run.finishChecked().status == .signalled(SIGTERM))
  }

  @Test("memory that is not what it should be is refused")
  func memory() {
    for (client, message) in [
      (SlotsClient(Self.base, byteCount: 1 << 20), "too small for 8 slots of"),
      (SlotsClient(Self.base, isSealed: false), "is not sealed (expected F_SEAL_SHRINK and F_SEAL_GROW"),
    ] {
      let result = client.run.finishChecked()
      #expect(result.status == .exited(64) && result.output.isEmpty)
      #expect(result.errorText.contains("'--slots-fd 3'") && result.errorText.contains(message))
    }
    for descriptor in ["0", "77"] {
      let words = ["batch"] + Self.base + ["--format", "slots", "--slots-fd", descriptor]
      let result = Tool.command(words).runChecked()
      #expect(result.status == .exited(64))
      #expect(
        result.errorText == "cifar-pipe: '--slots-fd \(descriptor)': is no open descriptor of a memfd\n")
    }
  }

  @Test(
    "options that do not go together with slots are refused",
    arguments: [
      ["--format", "slots"], ["--slots-fd", "3"], ["--format", "raw", "--slots", "8"],
      ["--format", "slots", "--slots-fd", "3", "--output", "x"],
      ["--format", "slots", "--slots-fd", "3", "--token-file", "x"],
      ["--format", "slots", "--slots-fd", "3", "--frames"], ["--format", "summary", "--frames"],
      ["--format", "npy", "--frames", "--epoch-marks"],
    ])
  func options(options: [String]) {
    #expect(Tool.command(["batch"] + Self.base + options).runChecked().status == .exited(64))
  }
}

@Suite("--frames", .timeLimit(.minutes(2)))
struct FramesTests {
  @Test("a stream with frames is that without, with messages in between", arguments: ["raw", "npy"])
  func frames(format: String) throws {
    let base = [
      "batch", "--data", SampleData.directory.string, "--seed", "5", "--batch-size", "300", "--epochs", "2",
      "--preset", "raw", "--min-after-dequeue", "0", "--format", format,
    ]
    let plain = Tool.command(base).runChecked().output
    let framed = Tool.command(base + ["--frames"]).runChecked().output

    // Four batches an epoch, the last of 100; an array has a header of 128 bytes.
    let header = format == "npy" ? 256 : 0
    var rest = framed[...]
    var bytes: [UInt8] = []
    var found: [[UInt32]] = []
    while rest.count >= 64 {
      let frame = rest.prefix(64).withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
      rest = rest.dropFirst(64)
      found.append([frame[0], frame[2], frame[4], frame[6], frame[8], frame[10]])
      guard frame[0] == 2 else { continue }
      let count = header + Int(frame[2]) * (3072 + 4)
      bytes += rest.prefix(count)
      rest = rest.dropFirst(count)
    }

    #expect(rest.isEmpty)
    #expect(bytes == plain)
    let batches: [[UInt32]] = (0..<8).map { number in
      [2, number % 4 == 3 ? 100 : 300, number, number / 4, number % 4, number + 1]
    }
    let expected: [[UInt32]] =
      [[1, 0, 0, 0, 0, 0]] + batches[..<4] + [[3, 0, 3, 0, 3, 4]] + batches[4...] + [
        [3, 0, 7, 1, 3, 8], [4, 0, 0, 0, 0, 8],
      ]
    #expect(found == expected)
  }
}
