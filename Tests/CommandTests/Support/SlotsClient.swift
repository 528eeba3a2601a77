import Platform
import InputPipeline
import PipeTestSupport

/// The other end of `batch --format slots`, as docs/slots.md describes it.
final class SlotsClient {
  /// A message, field by field.
  struct Message: Equatable {
    let kind, slot, count, code: UInt32
    let number, epoch, indexInEpoch, position: UInt64
  }

  /// The running program.
  let run: CommandRun
  private let memory: Int32
  private var region: MemoryRegion?
  /// How much of the program's output was understood.
  private var readCount = 0

  /// Starts the program with a memory of this size.
  ///
  /// - Parameter isSealed: Whether the size is sealed.
  init(_ arguments: [String], byteCount: Int = 1 << 30, isSealed: Bool = true) {
    memory = Self.memory(byteCount: byteCount, isSealed: isSealed)
    var command = Tool.command(["batch"] + arguments + ["--format", "slots", "--slots-fd", "3"])
    command.feedsInput = true
    command.third = memory
    run = command.start()
  }

  deinit {
    close(memory)
  }

  /// The next message; `nil` at the end of the output.
  func next() -> Message? {
    run.readOutput(readCount + 64, limit: .seconds(30))
    guard run.output.count >= readCount + 64 else { return nil }
    defer { readCount += 64 }
    return run.output[readCount..<readCount + 64].withUnsafeBytes { bytes in
      func word(_ offset: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
      func long(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
      return Message(
        kind: word(0), slot: word(4), count: word(8), code: word(12), number: long(16), epoch: long(24),
        indexInEpoch: long(32), position: long(40))
    }
  }

  /// A number of the header.
  func header<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) throws -> Int {
    try Int(truncatingIfNeeded: mapped().bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// A text of the header, up to its first zero.
  func text(_ offset: Int, count: Int) throws -> String {
    let bytes = try mapped().bytes[offset..<offset + count].prefix { $0 != 0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The images and labels of a batch that has come, as `--format raw` would deliver them.
  func bytes(_ batch: Message, imageLength: Int, labelLength: Int) throws -> [UInt8] {
    let start = try header(20, as: UInt32.self) + Int(batch.slot) * header(32, as: UInt64.self)
    let labels = try start + header(40, as: UInt64.self)
    let count = Int(batch.count)
    let bytes = try mapped().bytes
    return Array(bytes[start..<start + count * imageLength]) + bytes[labels..<labels + count * labelLength]
  }

  /// Gives slots back.
  func giveBack(_ slots: [UInt32]) {
    run.write(slots.map { UInt8($0) })
  }

  private func mapped() throws -> MemoryRegion {
    if let region { return region }
    let region = try MemoryRegion(sharing: memory, byteCount: 1 << 30)
    self.region = region
    return region
  }

  private static func memory(byteCount: Int, isSealed: Bool) -> Int32 {
    // GNU's, which Swift's C library module does not show, as the commands of fcntl below.
    typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
    let create = unsafeBitCast(dlsym(nil, "memfd_create"), to: Create.self)
    let (closesOnExec, allowsSealing, addSeals, shrinkAndGrow): (UInt32, UInt32, Int32, Int32) = (
      1, 2, 1033, 6
    )
    let memory = create("slots", closesOnExec | allowsSealing)
    precondition(memory >= 0 && ftruncate(memory, byteCount) == 0, "no memory: \(errno)")
    precondition(!isSealed || fcntl(memory, addSeals, shrinkAndGrow) == 0, "no seals: \(errno)")
    return memory
  }
}
