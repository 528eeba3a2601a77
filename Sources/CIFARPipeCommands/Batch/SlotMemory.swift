import Platform
import FileSupport
import InputPipeline
import SystemPackage

/// The memory behind `--slots-fd`: a header of whole pages, then the slots, as docs/slots.md has them.
struct SlotMemory {
  private static let magic = "cifar-pipe slots"
  private static let version: UInt32 = 1
  private static let pageSize = 4096
  /// Where the token stands in the header.
  private static let textOffset = 196

  /// The places of the batches.
  let slots: BatchSlots
  private let count: Int
  private let region: MemoryRegion
  private let sizes: Sizes

  /// Where everything lies, in bytes.
  private struct Sizes {
    let header: Int
    let stride: Int
    /// From the start of a slot to the labels that the workers write.
    let labels: Int
    /// From the start of a slot to the labels that are delivered: the same, or those of another type behind them.
    let deliveredLabels: Int
  }

  /// Maps the memory and writes the header.
  ///
  /// - Parameters:
  ///   - stem: What the tokens of the run begin with.
  ///   - returns: Where slots come back.
  /// - Throws: ``CommandError/usage(_:)`` for a descriptor that is not what docs/slots.md asks for; `MemoryError`.
  init(
    descriptor: Int32, count: Int, shape: BatchShape, options: RecordPipelineOptions, recordCount: Int,
    stem: String,
    layout: String, returns: SlotReturns
  ) throws {
    self.count = count
    let examples = options.batchSize * shape.imageAxes.reduce(shape.elementType.byteCount, *)
    let labels = Self.rounded(examples, to: 64)
    let ownLabels = options.batchSize * shape.labelsPerExample * LabelType.int32.byteCount
    let delivered = shape.labelType == .int32 ? labels : labels + Self.rounded(ownLabels, to: 64)
    sizes = Sizes(
      header: Self.rounded(Self.textOffset + stem.utf8.count, to: Self.pageSize),
      stride: Self.rounded(delivered + options.batchSize * shape.labelLength, to: Self.pageSize),
      labels: labels,
      deliveredLabels: delivered)
    let total = sizes.header + count * sizes.stride
    try Self.check(descriptor, byteCount: total, "\(count) slots of \(sizes.stride) bytes and a header")
    region = try MemoryRegion(sharing: descriptor, byteCount: total)
    slots = BatchSlots(
      count, in: region, offset: sizes.header, stride: sizes.stride, labelsOffset: labels,
      beforeTaking: { returns.collect() }, whenEmpty: { returns.want() })
    try writeHeader(shape, options, options.schedule(recordCount: recordCount), stem: stem, layout: layout)
  }

  /// Where the labels of a batch in a slot are delivered, unless the workers wrote them there already.
  func widerLabels(ofSlot slot: Int) -> UnsafeMutableRawPointer? {
    guard sizes.deliveredLabels != sizes.labels else { return nil }
    return region.bytes.baseAddress! + sizes.header + slot * sizes.stride + sizes.deliveredLabels
  }

  private static func check(_ descriptor: Int32, byteCount: Int, _ contents: String) throws {
    let name = "'--slots-fd \(descriptor)'"
    switch cp_size_is_sealed(descriptor) {
    case 1: break
    case 0:
      throw CommandError.usage(
        "\(name): the size of the memory is not sealed (expected F_SEAL_SHRINK and F_SEAL_GROW, or cutting it would "
          + "end both processes)")
    default: throw CommandError.usage("\(name): is no open descriptor of a memfd")
    }
    let found = try FileDescriptor(rawValue: descriptor).status(path: FilePath(name)).byteCount
    guard found >= byteCount else {
      throw CommandError.usage(
        "\(name): too small for \(contents) (expected \(byteCount) bytes, found \(found))")
    }
  }

  private func writeHeader(
    _ shape: BatchShape, _ options: RecordPipelineOptions, _ schedule: BatchSchedule, stem: String,
    layout: String
  ) {
    func put(_ value: Int, at offset: Int) {
      region.bytes.storeBytes(
        of: UInt64(bitPattern: Int64(value)).littleEndian, toByteOffset: offset, as: UInt64.self)
    }
    func put(_ value: UInt32, at offset: Int) {
      region.bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    func put(_ text: String, at offset: Int, byteCount: Int = .max) {
      let place = UnsafeMutableRawBufferPointer(rebasing: region.bytes[offset...])
      place.copyBytes(from: text.utf8.prefix(byteCount))
    }
    // The memory may have been used before.
    region.bytes[..<sizes.header].initializeMemory(as: UInt8.self, repeating: 0)
    put(Self.magic, at: 0)
    put(Self.version, at: 16)
    put(UInt32(sizes.header), at: 20)
    put(region.bytes.count, at: 24)
    put(sizes.stride, at: 32)
    put(sizes.deliveredLabels, at: 40)
    put(UInt32(count), at: 48)
    put(UInt32(options.batchSize), at: 52)
    for (index, axis) in shape.imageAxes.enumerated() { put(UInt32(axis), at: 56 + 4 * index) }
    put(UInt32(shape.labelsPerExample), at: 68)
    put(shape.elementType.rawValue, at: 72, byteCount: 12)
    put(shape.labelType.rawValue, at: 84, byteCount: 12)
    put(Int(bitPattern: UInt(options.seed)), at: 96)
    put(schedule.deliveredPerEpoch ?? 0, at: 104)
    put(options.firstBatch, at: 112)
    put(schedule.batchCount ?? -1, at: 120)
    put(UInt32(options.share.index), at: 128)
    put(UInt32(options.share.count), at: 132)
    put(schedule.batchesPerEpoch, at: 136)
    put(layout, at: 144, byteCount: 16)
    put(ThisProcess.version, at: 160, byteCount: 32)
    put(UInt32(stem.utf8.count), at: 192)
    put(stem, at: Self.textOffset)
  }

  private static func rounded(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }
}
