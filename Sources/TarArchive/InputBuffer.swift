/// Bytes of a source, some read ahead, so that what comes next can be looked at before it is taken.
final class InputBuffer: ByteSource {
  /// The most bytes that ``peek(_:)`` can show.
  static let capacity = 256 * 1024

  let source: any ByteSource
  /// The source, when its own memory can be used.
  private let lender: BackgroundSource?
  /// The number of bytes taken so far: where in the input the next one is.
  private(set) var offset: UInt64 = 0
  /// The bytes read ahead; after ``fill()`` has returned `true` there is at least one.
  private(set) var buffered = UnsafeRawBufferPointer(start: nil, count: 0)

  private let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)

  /// Reads ahead of `source`, which belongs to this object from now on.
  ///
  /// - Parameter overlaps: Whether a thread of its own reads the source.
  init(_ source: any ByteSource, overlaps: Bool = false) {
    lender = overlaps ? BackgroundSource(source) : nil
    self.source = lender ?? source
  }

  deinit {
    storage.deallocate()
  }

  var name: String { source.name }

  func cancel() { source.cancel() }

  /// Makes sure that at least one byte is read ahead; `false` at the end of the input.
  func fill() throws -> Bool {
    if !buffered.isEmpty { return true }
    if let lender {
      buffered = try lender.lend()
    } else {
      try readOn(behind: 0)
    }
    return !buffered.isEmpty
  }

  /// Shows the next bytes without taking them; fewer than `count` only at the end of the input.
  func peek(_ count: Int) throws -> UnsafeRawBufferPointer {
    precondition(count <= Self.capacity, "cannot look \(count) bytes ahead")
    if try fill(), buffered.count < count {
      storage.copyMemory(from: buffered)
      buffered = UnsafeRawBufferPointer(rebasing: storage[..<buffered.count])
      while buffered.count < count, try readOn(behind: buffered.count) > 0 {}
    }
    return UnsafeRawBufferPointer(rebasing: buffered.prefix(count))
  }

  /// Takes `count` bytes that are ``buffered``.
  func take(_ count: Int) {
    precondition(count <= buffered.count, "took bytes that were not read")
    buffered = UnsafeRawBufferPointer(rebasing: buffered[count...])
    offset += UInt64(count)
  }

  /// Reads into the own memory behind the `kept` bytes at its beginning, which stay ``buffered``.
  @discardableResult
  private func readOn(behind kept: Int) throws -> Int {
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[kept...]))
    buffered = UnsafeRawBufferPointer(rebasing: storage[..<(kept + count)])
    return count
  }

  /// Takes the next byte; `nil` at the end of the input.
  func next() throws -> UInt8? {
    guard try fill() else { return nil }
    let byte = buffered[0]
    take(1)
    return byte
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if buffered.isEmpty {
      let count = try source.read(into: buffer)
      offset += UInt64(count)
      return count
    }
    let bytes = buffered.prefix(buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
    take(bytes.count)
    return bytes.count
  }
}
