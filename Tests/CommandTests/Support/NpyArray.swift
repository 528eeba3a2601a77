/// An array of a stream of `.npy` images, read as strictly as the format is written.
///
/// Source: NumPy, `numpy/lib/format.py`, "Format Version 1.0".
struct NpyArray {
  /// The type of the elements, such as `<f4`.
  let descriptor: String
  /// The length of each axis.
  let shape: [Int]
  /// Where the elements lie in the stream.
  let elements: Range<Int>

  /// What is wrong, and at which byte.
  struct Failure: Error {
    let offset: Int
    let reason: String
  }

  /// All arrays of a stream, which ends with the last one.
  static func all(in bytes: [UInt8]) throws(Failure) -> [NpyArray] {
    var arrays: [NpyArray] = []
    var offset = 0
    while offset < bytes.count {
      let array = try NpyArray(bytes, at: offset)
      arrays.append(array)
      offset = array.elements.upperBound
    }
    return arrays
  }

  private init(_ bytes: [UInt8], at offset: Int) throws(Failure) {
    guard bytes[offset...].starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]),
      offset + 10 <= bytes.count
    else { throw Failure(offset: offset, reason: "magic or version") }
    let length = Int(bytes[offset + 8]) + Int(bytes[offset + 9]) << 8
    let start = offset + 10 + length
    guard (10 + length) % 64 == 0, start <= bytes.count, bytes[start - 1] == 0x0a else {
      throw Failure(offset: offset + 8, reason: "length of the header")
    }
    let header = String(decoding: bytes[offset + 10..<start - 1], as: UTF8.self)
    let form =
      /\{'descr': '([<|][a-z][0-9])', 'fortran_order': False, 'shape': \(([0-9]+(?:, [0-9]+)*)\), \} */
    guard let match = header.wholeMatch(of: form), let width = match.1.last?.wholeNumberValue else {
      throw Failure(offset: offset + 10, reason: "header: \(header)")
    }
    descriptor = String(match.1)
    shape = match.2.split(separator: ", ").map { Int($0)! }
    elements = start..<start + shape.reduce(width, *)
    guard elements.upperBound <= bytes.count else {
      throw Failure(offset: start, reason: "elements are missing")
    }
  }
}
