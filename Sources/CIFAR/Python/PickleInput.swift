/// The bytes of a pickle, taken in order; long strings are passed over without being read.
struct PickleInput {
  /// How much is read at once.
  private static let windowLength = 1 << 16

  let bytes: any PickleBytes
  /// The bytes taken so far.
  private(set) var offset = 0
  /// Where the opcode that is being worked on begins.
  private(set) var opcodeOffset = 0

  private var window: [UInt8] = []
  private var windowStart = 0

  /// The bytes from their beginning.
  init(_ bytes: any PickleBytes) {
    self.bytes = bytes
  }

  /// The bytes that are not taken yet.
  var remaining: Int { bytes.byteCount - offset }

  /// The error for a finding at the present opcode.
  func fault(_ finding: PickleFault.Finding) -> DatasetError {
    .badPickle(path: bytes.path, PickleFault(finding, at: opcodeOffset))
  }

  /// Takes the next opcode.
  mutating func opcode() throws(DatasetError) -> UInt8 {
    opcodeOffset = offset
    return try byte()
  }

  mutating func byte() throws(DatasetError) -> UInt8 {
    if offset - windowStart >= window.count { try refill() }
    defer { offset += 1 }
    return window[offset - windowStart]
  }

  /// Takes a little-endian number of `count` bytes, at most 4.
  mutating func number(byteCount count: Int) throws(DatasetError) -> UInt32 {
    var value: UInt32 = 0
    for place in 0..<count { value |= UInt32(try byte()) << UInt32(8 * place) }
    return value
  }

  /// Passes over `count` bytes and returns where they are.
  mutating func skip(_ count: Int) throws(DatasetError) -> Range<Int> {
    guard count <= remaining else { throw fault(.endsEarly) }
    defer { offset += count }
    return offset..<offset + count
  }

  /// Takes the bytes up to a newline, which is taken, too.
  mutating func line(limit: Int) throws(DatasetError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let next = try byte()
      if next == UInt8(ascii: "\n") { return line }
      guard line.count < limit else { throw fault(.forbiddenName(line)) }
      line.append(next)
    }
  }

  /// The bytes of `range`, which were taken before.
  func content(of range: Range<Int>) throws(DatasetError) -> [UInt8] {
    if range.lowerBound >= windowStart && range.upperBound <= windowStart + window.count {
      return Array(window[range.lowerBound - windowStart..<range.upperBound - windowStart])
    }
    return try bytes.content(of: range)
  }

  /// Reads on from the present offset.
  private mutating func refill() throws(DatasetError) {
    guard remaining > 0 else { throw fault(.endsEarly) }
    window = try bytes.content(of: offset..<offset + min(Self.windowLength, remaining))
    windowStart = offset
  }
}

extension PickleBytes {
  /// The bytes of `range`, as an array; ranges are small.
  func content(of range: Range<Int>) throws(DatasetError) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: range.count)
    // `withUnsafeMutableBytes` passes on untyped errors only.
    var failure: DatasetError?
    content.withUnsafeMutableBytes { buffer in
      do throws(DatasetError) { try read(at: range.lowerBound, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return content
  }
}
