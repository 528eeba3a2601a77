@testable import CIFAR

/// An image of float64 values: `[height, width, channel]`, as TensorFlow holds it.
struct ReferenceImage: Equatable {
  let height: Int
  let width: Int
  private(set) var values: [Double]

  /// An image of zeros.
  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    values = Array(repeating: 0, count: height * width * CIFARImage.channelCount)
  }

  /// The image of a record, from its red, green and blue planes (rule 10.1).
  init(record pixels: [UInt8]) {
    self.init(height: CIFARImage.height, width: CIFARImage.width)
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<3 {
          self[row, column, channel] = Double(pixels[channel * 1024 + row * 32 + column])
        }
      }
    }
  }

  /// One value.
  subscript(row: Int, column: Int, channel: Int) -> Double {
    get { values[(row * width + column) * 3 + channel] }
    set { values[(row * width + column) * 3 + channel] = newValue }
  }

  /// The image whose every value is made from that place's channel and old value.
  func mapped(_ body: (_ channel: Int, _ value: Double) -> Double) -> ReferenceImage {
    var result = self
    for index in values.indices { result.values[index] = body(index % 3, values[index]) }
    return result
  }
}
