import Testing

@testable import CIFAR

@Suite("A compiled transform")
struct CompiledTransformTests {
  /// Every operation alone, in several sizes.
  static let single: [[ImageOperation]] = [
    [], [.crop(size: 24)], [.crop(size: 32)], [.crop(size: 1)], [.crop(size: 7)], [.crop(size: 15)],
    [.randomCrop(size: 24)], [.randomCrop(size: 31)], [.randomCrop(size: 32)], [.randomCrop(size: 3)],
    [.pad(margin: 0)], [.pad(margin: 1)], [.pad(margin: 4)], [.pad(margin: 17)], [.flip],
    [.brightness(delta: 63)], [.brightness(delta: 0)], [.contrast(lower: 0.2, upper: 1.8)],
    [.contrast(lower: 0, upper: 1e-9)], [.standardize],
    [.normalize(mean: DatasetStatistics.cifar10.mean, deviation: DatasetStatistics.cifar10.deviation)],
    [.scale(factor: 1.0 / 255)], [.scale(factor: -2)], [.scale(factor: 0)], [.cutout(size: 1)],
    [.cutout(size: 8)], [.cutout(size: 64)], [.alternatingFlip], [.reflectingPad(margin: 0)],
    [.reflectingPad(margin: 1)], [.reflectingPad(margin: 4)], [.reflectingPad(margin: 31)],
    [.translate(margin: 0)], [.translate(margin: 4)], [.translate(margin: 31)],
  ]

  /// Lists in which operations meet that are awkward together.
  static let awkward: [[ImageOperation]] = [
    [.standardize, .standardize], [.pad(margin: 4), .standardize], [.standardize, .pad(margin: 4)],
    [.pad(margin: 2), .brightness(delta: 63), .pad(margin: 2), .standardize],
    [.cutout(size: 16), .standardize], [.cutout(size: 16), .contrast(lower: 0.2, upper: 1.8)],
    [.cutout(size: 64), .standardize], [.cutout(size: 64), .brightness(delta: 9), .standardize],
    [.pad(margin: 4), .cutout(size: 20), .cutout(size: 20), .contrast(lower: 0.5, upper: 2), .standardize],
    [.pad(margin: 40), .randomCrop(size: 9), .brightness(delta: 20), .standardize],
    [.pad(margin: 40), .brightness(delta: 20), .randomCrop(size: 9)],
    [.pad(margin: 40), .randomCrop(size: 20), .flip, .contrast(lower: 0, upper: 2)],
    [.crop(size: 1), .standardize], [.crop(size: 2), .contrast(lower: 1, upper: 3), .standardize],
    [.scale(factor: 0), .standardize], [.scale(factor: 1e-6), .standardize],
    [.standardize, .scale(factor: 100), .brightness(delta: 1), .crop(size: 3)],
    [.flip, .randomCrop(size: 20), .flip, .randomCrop(size: 11), .flip],
    [.contrast(lower: 0, upper: 2), .contrast(lower: 0, upper: 2), .contrast(lower: 0, upper: 2)],
    [.translate(margin: 4), .flip, .cutout(size: 8), .standardize],
    [.reflectingPad(margin: 4), .crop(size: 32), .contrast(lower: 0.5, upper: 2), .standardize],
    [.reflectingPad(margin: 4), .standardize, .pad(margin: 2), .brightness(delta: 9)],
    [.pad(margin: 4), .reflectingPad(margin: 10), .contrast(lower: 0.5, upper: 2)],
    [.pad(margin: 4), .brightness(delta: 9), .translate(margin: 9), .cutout(size: 9), .standardize],
    [.cutout(size: 12), .translate(margin: 31), .cutout(size: 12), .translate(margin: 7), .standardize],
    [.pad(margin: 40), .randomCrop(size: 9), .brightness(delta: 9), .reflectingPad(margin: 8)],
    [.flip, .translate(margin: 4), .alternatingFlip, .translate(margin: 4), .flip, .translate(margin: 4)],
    [.randomCrop(size: 9), .reflectingPad(margin: 8), .reflectingPad(margin: 24), .standardize],
    [.crop(size: 1), .reflectingPad(margin: 0), .translate(margin: 0), .standardize],
    [.translate(margin: 6), .contrast(lower: 0, upper: 2), .translate(margin: 6), .standardize],
  ]

  static let presets = TransformPreset.allCases.map { preset in
    // The texts of presets are tested by themselves.
    (try? ImageOperation.parse(preset.text, statistics: .cifar10)) ?? []
  }

  @Test("gives what the operations give one after the other", arguments: single + awkward + presets)
  func agreesWithReference(_ operations: [ImageOperation]) throws {
    let runs = try ImageLayout.allCases.map { try TransformRun(operations, layout: $0) }

    for pixels in TestPixels.all {
      let bytes = pixels.bytes
      for record in 0..<2 as Range<UInt64> {
        let reference = runs[0].reference(bytes, epoch: 2, record: record)
        for run in runs {
          let difference = run.difference(bytes, epoch: 2, record: record, reference: reference)
          #expect(difference == nil, "\(pixels), record \(record), \(run.transform.layout)")
        }
      }
    }
  }

  @Test("gives what 400 random lists give one after the other", arguments: 0..<400 as Range<UInt64>)
  func randomChains(seed: UInt64) throws {
    let images = (0..<2).map { TestPixels.all[(Int(seed) + 5 * $0) % TestPixels.all.count] }
    for elementType in [ElementType.float32, .uint8] {
      let operations = RandomChain(seed: seed, elementType: elementType).operations
      let runs = try ImageLayout.allCases.map {
        try TransformRun(operations, layout: $0, elementType: elementType, seed: seed)
      }
      for pixels in images {
        let bytes = pixels.bytes
        let reference = runs[0].reference(bytes, epoch: seed % 3, record: seed)
        for run in runs {
          let difference = run.difference(bytes, epoch: seed % 3, record: seed, reference: reference)
          #expect(
            difference == nil,
            """
            seed \(seed), \(pixels), \(run.transform.layout), \(elementType): \
            \(ImageOperation.text(of: operations))
            """)
        }
      }
    }
  }

  @Test(
    "gives float16 and bfloat16 that are the float32 values, rounded to nearest",
    arguments: 0..<100 as Range<UInt64>)
  func halves(seed: UInt64) throws {
    // A border, a cutout and pixels, with values from far too large for float16 to far too small.
    let scale = [1, 1.0 / 255, 1000, 1e-6][Int(seed % 4)]
    let operations =
      RandomChain(seed: seed, elementType: .float32).operations + [.cutout(size: 5), .scale(factor: scale)]
    let pixels = TestPixels.random(key: seed).bytes
    for layout in ImageLayout.allCases {
      let floats = try TransformRun(operations, layout: layout, elementType: .float32, seed: seed)
        .bytes(pixels, record: seed)
      for (elementType, half) in [(ElementType.float16, HalfFormat.float16), (.bfloat16, .bfloat16)] {
        let run = try TransformRun(operations, layout: layout, elementType: elementType, seed: seed)
        let expected = floats.withUnsafeBytes({ ElementType.float32.values(of: $0) }).flatMap {
          value -> [UInt8] in
          let bits = half.bits(value)
          return [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
        }
        // Compared apart: a failed expectation would work out the difference.
        let isRight = run.bytes(pixels, record: seed) == expected
        #expect(isRight, "seed \(seed), \(layout), \(elementType): \(ImageOperation.text(of: operations))")
      }
    }
  }

  @Test(
    "gives what the operations give one after the other on real images",
    .enabled(if: !RealPixels.records.isEmpty), arguments: presets)
  func realImages(_ operations: [ImageOperation]) throws {
    let run = try TransformRun(operations)

    for (record, pixels) in RealPixels.records.enumerated() {
      #expect(run.difference(pixels, record: UInt64(record)) == nil, "record \(record)")
    }
  }

  @Test(
    "makes exact zeros of an image of one value, without a NaN (B29)",
    arguments: [
      "standardize", "crop:24,standardize", "random-crop:24,flip,brightness:63,contrast:0.2:1.8,standardize",
      "scale:0.1,brightness:3,contrast:0:2,standardize", "scale:0.1,standardize,standardize",
      "normalize:0.1/0.1/0.1:0.3/0.3/0.3,contrast:0.3:0.7,standardize",
    ])
  func constantImages(text: String) throws {
    let run = try TransformRun(ImageOperation.parse(text, statistics: .cifar10), layout: .nchw)

    for grey in 0...255 as ClosedRange<UInt8> {
      let found = run.values(TestPixels.constant(red: grey, green: grey, blue: grey).bytes, record: 5)
      #expect(Set(found) == [0], "value \(grey)")
    }
  }

  @Test(
    "gives finite values for images without contrast under every list (B29)",
    arguments: single + awkward + presets)
  func finiteValues(_ operations: [ImageOperation]) throws {
    let run = try TransformRun(operations)

    for pixels in TestPixels.all {
      #expect(run.values(pixels.bytes, record: 9).allSatisfy { $0.isFinite }, "\(pixels)")
    }
  }

  @Test("divides by 1 / sqrt(1728) = 0.0240563 where the deviation is smaller (rule 10.10)")
  func smallestDivisor() throws {
    let run = try TransformRun([.crop(size: 24), .scale(factor: 1e-6), .standardize])
    var pixels = [UInt8](repeating: 0, count: 3072)
    pixels[4 * 32 + 4] = 1

    let first = run.values(pixels)[0]

    #expect(abs(first - (1e-6 - 1e-6 / 1728) / 0.0240563) < 1e-9)
  }

  @Test("takes the centre of 32 rows for 24 from row and column 4 (rule 10.4)")
  func centre() throws {
    let run = try TransformRun([.crop(size: 24)])
    var pixels = [UInt8](repeating: 0, count: 3072)
    pixels[4 * 32 + 4] = 9
    pixels[2048 + 27 * 32 + 27] = 8

    let values = run.values(pixels)

    #expect(values.first == 9 && values.last == 8 && values.reduce(0, +) == 17)
  }

  @Test("leaves an odd rest of a crop at the bottom right (rule 10.12)", arguments: [31, 29, 25, 1])
  func oddRest(size: Int) throws {
    let run = try TransformRun([.crop(size: size)])
    let pixels = TestPixels.gradient.bytes
    let offset = (32 - size) / 2

    let values = run.values(pixels)

    #expect(values[0] == Double(pixels[offset * 32 + offset]))
    #expect(values[values.count - 3] == Double(pixels[(offset + size - 1) * 32 + offset + size - 1]))
  }

  @Test("rounds bytes half to even, once, at the end, and saturates")
  func rounding() throws {
    // 0.5, 1.5, 2.5 and 3.5 round to 0, 2, 2 and 4; 255 * 1.5 is too large.
    let half = try TransformRun([.scale(factor: 0.5)], elementType: .uint8)
    let steep = try TransformRun([.scale(factor: 3), .scale(factor: 0.5)], elementType: .uint8)
    let negative = try TransformRun([.scale(factor: -1)], elementType: .uint8)
    let pixels = [1, 3, 5, 7, 255, 171] + [UInt8](repeating: 0, count: 3066)

    #expect((0..<6).map { half.values(pixels)[3 * $0] } == [0, 2, 2, 4, 128, 86])
    #expect((0..<6).map { steep.values(pixels)[3 * $0] } == [2, 4, 8, 10, 255, 255])
    #expect(negative.values(pixels).allSatisfy { $0 == 0 })
  }

  @Test("rounds what a frame or a cutout became in the same way as pixels")
  func roundingOfRegions() throws {
    // A margin of zeros and a black pixel, both raised by the same number.
    let operations: [ImageOperation] = [
      .pad(margin: 2), .pad(margin: 1), .cutout(size: 5), .brightness(delta: 90),
    ]
    let run = try TransformRun(operations, elementType: .uint8)
    let black = [UInt8](repeating: 0, count: 3072)

    for record in 0..<200 as Range<UInt64> {
      #expect(Set(run.values(black, record: record)).count == 1, "record \(record)")
    }
  }

  @Test(
    "takes float32 by default where an operation computes, else bytes",
    arguments: [
      ("none", .uint8), ("crop:24,flip,pad:2,random-crop:20,cutout:3", .uint8), ("brightness:1", .float32),
      ("contrast:1:2", .float32), ("standardize", .float32), ("normalize", .float32), ("scale:1", .float32),
    ] as [(String, ElementType)])
  func defaultElementType(text: String, expected: ElementType) throws {
    let operations = try ImageOperation.parse(text, statistics: .cifar10)

    let transform = try CompiledTransform(operations: operations, layout: .nhwc, seed: 0)

    #expect(transform.elementType == expected)
  }

  @Test("knows the shape and the size of its results")
  func shape() throws {
    let operations: [ImageOperation] = [.pad(margin: 4), .randomCrop(size: 24)]
    let rows = try CompiledTransform(operations: operations, layout: .nhwc, seed: 0)
    let planes = try CompiledTransform(operations: operations, layout: .nchw, elementType: .float32, seed: 0)

    let halves = try [.float16, .bfloat16].map {
      try CompiledTransform(operations: operations, layout: .nchw, elementType: $0, seed: 0).bytesPerImage
    }

    #expect(halves == [3456, 3456])
    #expect(rows.outputShape == [24, 24, 3] && rows.bytesPerImage == 1728)
    #expect(planes.outputShape == [3, 24, 24] && planes.bytesPerImage == 6912)
  }
}
