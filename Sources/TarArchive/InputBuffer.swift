/// Bytes of a source, some read ahead, so that what comes next can be looked at before it is taken.
final class InputBuffer: ByteSource {
  /// The most bytes that ``peek(_:)`` can show.
  static let capacity = 256 * 1024

  let source: any ByteSource
  /// The number of bytes taken so far: where in the input the next one is.
  private(set) var offset: UInt64 = 0

  private let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
  private var available = 0..<0

  /// Reads ahead of `source`, which belongs to this object from now on.
  init(_ source: any ByteSource) {
    self.source = source
  }

  deinit {
    storage.deallocate()
  }

  var name: String { source.name }

  func cancel() { source.cancel() }

  /// The bytes read ahead; after ``fill()`` has returned `true` there is at least one.
  var buffered: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[available]) }

  /// Makes sure that at least one byte is read ahead; `false` at the end of the input.
  func fill() throws -> Bool {
    if !available.isEmpty { return true }
    available = 0..<(try source.read(into: storage))
    return !available.isEmpty
  }

  /// Shows the next bytes without taking them; fewer than `count` only at the end of the input.
  func peek(_ count: Int) throws -> UnsafeRawBufferPointer {
    precondition(count <= Self.capacity, "cannot look \(count) bytes ahead")
    if available.lowerBound > 0 && available.count < count {
      storage.copyMemory(from: buffered)
      available = 0..<available.count
    }
    while available.count < count {
      let room = UnsafeMutableRawBufferPointer(rebasing: storage[available.upperBound...])
      let read = try source.read(into: room)
      if read == 0 { break }
      available = available.lowerBound..<available.upperBound + read
    }
    return UnsafeRawBufferPointer(rebasing: buffered.prefix(count))
  }

  /// Takes `count` bytes that are ``buffered``.
  func take(_ count: Int) {
    precondition(count <= available.count, "took bytes that were not read")
    available = available.lowerBound + count..<available.upperBound
    offset += UInt64(count)
  }

  /// Takes the next byte; `nil` at the end of the input.
  func next() throws -> UInt8? {
    guard try fill() else { return nil }
    let byte = storage[available.lowerBound]
    take(1)
    return byte
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if available.isEmpty {
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
