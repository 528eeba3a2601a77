import InputPipeline

@testable import CIFAR

/// The pixels of one record for tests: red, green and blue plane.
enum TestPixels: Sendable, Hashable, CustomStringConvertible {
  /// Every byte at random.
  case random(key: UInt64)
  /// One value for all pixels of each channel.
  case constant(red: UInt8, green: UInt8, blue: UInt8)
  /// A constant image of which one byte is larger by one.
  case nearlyConstant(value: UInt8, place: Int)
  /// Rising by rows, by columns and by both.
  case gradient
  /// Generated record of CIFAR-10.
  case generated(record: Int)

  static let black = TestPixels.constant(red: 0, green: 0, blue: 0)
  static let white = TestPixels.constant(red: 255, green: 255, blue: 255)

  /// One or two of each kind.
  static let all: [TestPixels] = [
    .random(key: 1), .black, .white, .constant(red: 117, green: 117, blue: 117),
    .constant(red: 3, green: 250, blue: 77), .nearlyConstant(value: 0, place: 0),
    .nearlyConstant(value: 254, place: 3071), .nearlyConstant(value: 101, place: 1024 + 17 * 32 + 13),
    .gradient, .generated(record: 3),
  ]

  /// The 3,072 bytes.
  var bytes: [UInt8] {
    switch self {
    case .random(let key):
      let generator = CounterGenerator(key: key)
      return (0..<3072).map { UInt8(truncatingIfNeeded: generator.word($0)) }
    case .constant(let red, let green, let blue):
      return [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
    case .nearlyConstant(let value, let place):
      var bytes = [UInt8](repeating: value, count: 3072)
      bytes[place] += 1
      return bytes
    case .gradient:
      return (0..<1024).map { UInt8($0 / 32 * 8) } + (0..<1024).map { UInt8($0 % 32 * 8) }
        + (0..<1024).map { UInt8(($0 / 32 + $0 % 32) * 4) }
    case .generated(let record):
      var bytes = [UInt8](repeating: 0, count: 3073)
      bytes.withUnsafeMutableBytes {
        SyntheticRecords(.cifar10, split: .train).readRecords(in: record..<record + 1, into: $0)
      }
      return Array(bytes[1...])
    }
  }

  var description: String {
    switch self {
    case .random(let key): "random \(key)"
    case .constant(let red, let green, let blue): "constant \(red) \(green) \(blue)"
    case .nearlyConstant(let value, let place): "\(value) except at \(place)"
    case .gradient: "gradient"
    case .generated(let record): "generated \(record)"
    }
  }
}
