import CKernels
import InputPipeline
import Testing

@testable import CIFAR

@Suite("The kernels")
struct KernelsTests {
  /// What this processor can run.
  static let instructions = [
    CP_INSTRUCTIONS_BASELINE, CP_INSTRUCTIONS_AVX2, CP_INSTRUCTIONS_AVX512, CP_INSTRUCTIONS_NEON,
  ].filter(cp_has_instructions)

  /// Offsets and lengths in one dimension, all of them.
  static let allRanges = (0..<32).flatMap { first in (first...32).map { first..<$0 } }
  /// Some of them, with all kinds of remainders.
  static let someRanges = [0..<32, 0..<24, 8..<32, 3..<27, 31..<32, 0..<1, 5..<5, 11..<19, 7..<16, 17..<30]

  @Test("sum the same windows as plain loops", arguments: 0..<instructions.count)
  func sums(_ index: Int) {
    let guarded = GuardedPixels(TestPixels.random(key: 7).bytes, .beforeGuard)
    for columns in Self.allRanges {
      for rows in Self.someRanges { expectSums(guarded, rows, columns, Self.instructions[index]) }
    }
    for rows in Self.allRanges {
      for columns in Self.someRanges { expectSums(guarded, rows, columns, Self.instructions[index]) }
    }
  }

  @Test("sum a white record without overflow", arguments: 0..<instructions.count)
  func largestSums(_ index: Int) {
    let guarded = GuardedPixels(TestPixels.white.bytes, .afterGuard)

    expectSums(guarded, 0..<32, 0..<32, Self.instructions[index])
  }

  private func expectSums(
    _ guarded: GuardedPixels, _ rows: Range<Int>, _ columns: Range<Int>, _ instructions: cp_instructions
  ) {
    var values = [UInt32](repeating: 0, count: 3)
    var squares = [UInt32](repeating: 0, count: 3)
    for channel in 0..<3 {
      for row in rows {
        for column in columns {
          let pixel = UInt32(guarded.pixels[channel * 1024 + row * 32 + column])
          values[channel] += pixel
          squares[channel] += pixel * pixel
        }
      }
    }
    var window = Self.window(guarded, rows, columns)
    var sums = cp_sums()

    cp_window_sums(instructions, &window, &sums)

    let isRight =
      [sums.values.0, sums.values.1, sums.values.2] == values
      && [sums.squares.0, sums.squares.1, sums.squares.2] == squares
    #expect(isRight, "rows \(rows), columns \(columns)")
  }

  static func window(_ guarded: GuardedPixels, _ rows: Range<Int>, _ columns: Range<Int>) -> cp_window {
    cp_window(
      row: guarded.pixels + rows.lowerBound % 32 * 32, column: Int32(columns.lowerBound % 32),
      height: Int32(rows.count), width: Int32(columns.count))
  }

  @Test("put together chosen rows and columns as plain loops do", arguments: 0..<instructions.count)
  func gathers(_ index: Int) {
    let random = TestPixels.random(key: 9).bytes
    for (count, place) in [
      (0, .afterGuard), (1, .beforeGuard), (7, .afterGuard), (20, .beforeGuard), (32, .afterGuard),
      (32, .beforeGuard),
    ] as [(Int, GuardedPixels.Place)] {
      let pixels = GuardedPixels(random, place)
      let generator = CounterGenerator(key: UInt64(count) &* 2 &+ (place == .afterGuard ? 1 : 0))
      let places = (0..<64).map { UInt8(generator.integer(below: 32, at: $0)) }
      let (rows, columns) = (Array(places[..<count]), Array(places[32...]))
      let untouched = [UInt8](repeating: 77, count: 3072)
      let output = GuardedPixels(untouched, place)
      var expected = untouched
      for channel in 0..<3 {
        for row in 0..<count {
          for column in 0..<32 {
            expected[channel * 1024 + row * 32 + column] =
              random[channel * 1024 + Int(rows[row]) * 32 + Int(columns[column])]
          }
        }
      }

      cp_gather(Self.instructions[index], pixels.pixels, rows, columns, Int32(count), output.pixels)

      #expect(Array(UnsafeBufferPointer(start: output.pixels, count: 3072)) == expected, "\(count) rows")
    }
  }

  /// The six functions that write, with what they have in common.
  enum Writer: CaseIterable, Sendable {
    case floatRows, floatPlanes, copiedRows, copiedPlanes, roundedRows, roundedPlanes

    var isFloat: Bool { self == .floatRows || self == .floatPlanes }
    var copies: Bool { self == .copiedRows || self == .copiedPlanes }
    var hasPlanes: Bool { self == .floatPlanes || self == .copiedPlanes || self == .roundedPlanes }
  }

  @Test(
    "write the same values as plain loops, and nothing beside the rectangle", arguments: Writer.allCases,
    0..<instructions.count)
  func writes(_ writer: Writer, _ index: Int) {
    let random = TestPixels.random(key: 8).bytes
    let guards = GuardedPixels.Place.allCases.map { GuardedPixels(random, $0) }
    var count: UInt64 = 0
    for columns in Self.allRanges {
      for isMirrored in [false, true] {
        // Every combination of borders over the cases, the widths beyond a vector among them.
        let choice = CounterGenerator(key: count)
        let borders = (0..<4).map { side in
          [0, 0, 1, 4, 8, 13][Int(choice.integer(below: 6, at: UInt64(side)))]
        }
        let rows = Self.someRanges[Int(count % 10)]
        expectWrite(
          writer, guards[Int(count % 2)], rows, columns, isMirrored, borders, Self.instructions[index])
        count += 1
      }
    }
  }

  @Test("fill a rectangle where there is no window", arguments: Writer.allCases, 0..<instructions.count)
  func fills(_ writer: Writer, _ index: Int) {
    let guarded = GuardedPixels(TestPixels.white.bytes, .beforeGuard)
    for (rows, columns) in [(0..<0, 0..<0), (0..<0, 0..<9), (0..<7, 0..<0)] {
      for borders in [[3, 2, 1, 4], [0, 0, 5, 0], [2, 0, 0, 0], [1, 0, 0, 40]] {
        expectWrite(writer, guarded, rows, columns, false, borders, Self.instructions[index])
      }
    }
  }

  /// - Parameter borders: Top, bottom, left, right.
  private func expectWrite(
    _ writer: Writer, _ guarded: GuardedPixels, _ rows: Range<Int>, _ columns: Range<Int>,
    _ isMirrored: Bool, _ borders: [Int], _ instructions: cp_instructions
  ) {
    let (reference, factor, offset): ([Float], [Float], [Float]) =
      ([12, 130, 255], [0.37, -1.9, 2.5], [0.5, 100.25, 300])
    let border: [Float] = [17, 0, 255]
    var image = cp_image(
      window: Self.window(guarded, rows, columns), mirrored: isMirrored,
      top: Int32(borders[0]), bottom: Int32(borders[1]), left: Int32(borders[2]), right: Int32(borders[3]),
      reference: (reference[0], reference[1], reference[2]), factor: (factor[0], factor[1], factor[2]),
      offset: (offset[0], offset[1], offset[2]), border: (border[0], border[1], border[2]))
    let height = borders[0] + rows.count + borders[1]
    let width = borders[2] + columns.count + borders[3]
    // Rows and planes lie apart, so that there is something to spoil between them.
    let pixelStride = writer.hasPlanes ? 1 : 3
    let rowStride = width * pixelStride + 5
    let planeStride = writer.hasPlanes ? height * rowStride + 3 : 1
    let start = 16
    let untouched: Float = writer.isFloat ? -12345 : 77
    var expected = [Float](repeating: untouched, count: 2 * start + 3 * (height + 1) * (rowStride + 3))
    for channel in 0..<3 {
      for row in 0..<height {
        for column in 0..<width {
          var value = border[channel]
          let (y, x) = (row - borders[0], column - borders[2])
          if (0..<rows.count).contains(y), (0..<columns.count).contains(x) {
            let sourceColumn = isMirrored ? columns.upperBound - 1 - x : columns.lowerBound + x
            value = Float(guarded.pixels[channel * 1024 + (rows.lowerBound + y) * 32 + sourceColumn])
            if !writer.copies { value = (value - reference[channel]) * factor[channel] + offset[channel] }
            if !writer.isFloat { value = min(255, max(0, value)).rounded(.toNearestOrEven) }
          }
          expected[start + channel * planeStride + row * rowStride + column * pixelStride] = value
        }
      }
    }

    let found: [Float]
    if writer.isFloat {
      var output = [Float](repeating: untouched, count: expected.count)
      output.withUnsafeMutableBufferPointer {
        let at = $0.baseAddress! + start
        if writer.hasPlanes { cp_write_float_nchw(instructions, &image, at, rowStride, planeStride) }
        if !writer.hasPlanes { cp_write_float_nhwc(instructions, &image, at, rowStride) }
      }
      found = output
    } else {
      var output = [UInt8](repeating: UInt8(untouched), count: expected.count)
      output.withUnsafeMutableBufferPointer {
        let at = $0.baseAddress! + start
        switch writer {
        case .copiedRows: cp_copy_bytes_nhwc(instructions, &image, at, rowStride)
        case .copiedPlanes: cp_copy_bytes_nchw(instructions, &image, at, rowStride, planeStride)
        case .roundedRows: cp_round_bytes_nhwc(instructions, &image, at, rowStride)
        default: cp_round_bytes_nchw(instructions, &image, at, rowStride, planeStride)
        }
      }
      found = output.map(Float.init)
    }

    #expect(
      found == expected, "rows \(rows), columns \(columns), mirrored \(isMirrored), borders \(borders)")
  }
}
