import Testing

@testable import CIFAR

/// The reference is only worth something where it is right itself: numbers that a person can check.
@Suite("The reference operations")
struct ReferenceOperationsTests {
  /// An image of one row of grey pixels.
  private func row(_ values: Double...) -> ReferenceImage {
    var image = ReferenceImage(height: 1, width: values.count)
    for (column, value) in values.enumerated() {
      for channel in 0..<3 { image[0, column, channel] = value }
    }
    return image
  }

  @Test("a record's planes become channels")
  func planes() {
    var pixels = [UInt8](repeating: 0, count: 3072)
    (pixels[5 * 32 + 7], pixels[1024 + 5 * 32 + 7], pixels[2048 + 5 * 32 + 7]) = (1, 2, 3)

    let image = ReferenceImage(record: pixels)

    #expect((0..<3).map { image[5, 7, $0] } == [1, 2, 3])
    #expect(image.values.reduce(0, +) == 6)
  }

  @Test("the centre of 32 rows for 24 begins at row and column 4 (rule 10.4)")
  func centre() {
    var image = ReferenceImage(height: 32, width: 32)
    image[4, 4, 0] = 7

    let cropped = image.croppedOrPadded(to: 24)

    #expect(cropped[0, 0, 0] == 7)
  }

  @Test("an odd difference is cut off or added at the bottom right (rule 10.12)")
  func oddDifference() {
    #expect(row(1, 2, 3, 4).croppedOrPadded(to: 1) == row(2))
    #expect(row(1, 2).window(top: 0, left: -1, height: 1, width: 5) == row(0, 1, 2, 0, 0))
  }

  @Test("contrast keeps the mean of each channel (rule 10.9)")
  func contrast() {
    #expect(row(10, 20, 60).contrasted(by: 2) == row(-10, 10, 90))
    #expect(row(10, 20, 60).contrasted(by: 0) == row(30, 30, 30))
  }

  @Test("standardising divides by the population deviation (rule 10.10)")
  func standardize() {
    #expect(row(1, 3).standardized() == row(-1, 1))
    #expect(row(5, 5).standardized() == row(0, 0))
  }

  @Test("the divisor is at least 1 / sqrt(n): 0.0240563 for 24 x 24 x 3 values (rule 10.10)")
  func smallestDivisor() {
    var image = ReferenceImage(height: 24, width: 24)
    // The deviation of one value e among n is e * sqrt(n - 1) / n, here far below 1 / sqrt(n).
    image[3, 3, 1] = 1e-6

    let value = image.standardized()[3, 3, 1]

    #expect(abs(value - (1e-6 - 1e-6 / 1728) / 0.0240563) < 1e-9)
  }

  @Test("a mirrored image reads from right to left")
  func mirror() {
    #expect(row(1, 2, 3).mirrored() == row(3, 2, 1))
  }

  @Test("a reflected image repeats neither its first nor its last pixel (numpy.pad)")
  func reflect() {
    var image = ReferenceImage(height: 3, width: 3)
    for place in 0..<9 { image[place / 3, place % 3, 0] = Double(place + 1) }

    let reflected = image.reflected(margin: 2)

    // numpy.pad([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, mode="reflect")
    let rows: [[Double]] = [
      [9, 8, 7, 8, 9, 8, 7], [6, 5, 4, 5, 6, 5, 4], [3, 2, 1, 2, 3, 2, 1], [6, 5, 4, 5, 6, 5, 4],
      [9, 8, 7, 8, 9, 8, 7], [6, 5, 4, 5, 6, 5, 4], [3, 2, 1, 2, 3, 2, 1],
    ]
    #expect((0..<7).map { row in (0..<7).map { reflected[row, $0, 0] } } == rows)
    #expect(image.reflected(margin: 0) == image)
  }

  @Test("a cutout begins half its size before its centre and stays in the image")
  func cutout() {
    #expect(row(1, 2, 3, 4, 5).cut(row: 0, column: 2, size: 2) == row(1, 0, 0, 4, 5))
    #expect(row(1, 2, 3, 4, 5).cut(row: 0, column: 0, size: 3) == row(0, 0, 3, 4, 5))
  }
}
