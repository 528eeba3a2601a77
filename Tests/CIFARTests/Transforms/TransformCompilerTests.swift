import Testing

@testable import CIFAR

@Suite("Compiling a transform")
struct TransformCompilerTests {
  /// What is wrong with these operations, in words.
  private func refusal(_ operations: [ImageOperation], _ elementType: ElementType? = nil) -> String? {
    do {
      _ = try CompiledTransform(operations: operations, layout: .nhwc, elementType: elementType, seed: 0)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "an operation that is out of range is refused with what is allowed",
    arguments: [
      ([.crop(size: 0)], "crop:0: the size is out of range (expected 1...4096, found 0)"),
      ([.crop(size: -3)], "crop:-3: the size is out of range (expected 1...4096, found -3)"),
      (
        [.randomCrop(size: 4097)],
        "random-crop:4097: the size is out of range (expected 1...4096, found 4097)"
      ),
      (
        [.crop(size: 33)],
        "crop:33: the crop is larger than the image (expected at most 32 of 32 x 32 pixels)"
      ),
      (
        [.crop(size: 20), .randomCrop(size: 21)],
        "random-crop:21: the crop is larger than the image (expected at most 20 of 20 x 20 pixels)"
      ),
      ([.pad(margin: -1)], "pad:-1: the margin is out of range (expected 0...1024, found -1)"),
      ([.pad(margin: 1025)], "pad:1025: the margin is out of range (expected 0...1024, found 1025)"),
      (
        [.pad(margin: 1024), .pad(margin: 1009)],
        "pad:1009: the image becomes too large (expected at most 4096 pixels a side, found 4098)"
      ),
      (
        [.reflectingPad(margin: -1)],
        "pad:-1:reflect: the margin is out of range (expected 0...1024, found -1)"
      ),
      (
        [.reflectingPad(margin: 32)],
        "pad:32:reflect: the margin is too wide to mirror the image in it (expected at most 31 for 32 x 32 pixels)"
      ),
      (
        [.crop(size: 1), .translate(margin: 1)],
        "translate:1: the margin is too wide to mirror the image in it (expected at most 0 for 1 x 1 pixels)"
      ),
      (
        [.pad(margin: 800), .reflectingPad(margin: 1024), .reflectingPad(margin: 1024)],
        "pad:1024:reflect: the image becomes too large (expected at most 4096 pixels a side, found 5728)"
      ),
      (
        [.cutout(size: 1), .translate(margin: 1), .pad(margin: 1), .translate(margin: 1)]
          + [.cutout(size: 1), .translate(margin: 1), .reflectingPad(margin: 1)],
        "pad:1:reflect: the frames and cutouts before it are mirrored into too many parts (expected at most 1000)"
      ),
      ([.cutout(size: 0)], "cutout:0: the size is out of range (expected 1...4096, found 0)"),
      (
        [.brightness(delta: -1)],
        "brightness:-1: the largest shift is out of range (expected a number from 0, found -1.0)"
      ),
      (
        [.brightness(delta: .infinity)],
        "brightness:inf: the largest shift is out of range (expected a number from 0, found inf)"
      ),
      (
        [.contrast(lower: -0.1, upper: 1)],
        "contrast:-0.1:1: the lower factor is out of range (expected a number from 0, found -0.1)"
      ),
      (
        [.contrast(lower: 1, upper: 1)],
        "contrast:1:1: the upper factor is out of range (expected a number above 1.0, found 1.0)"
      ),
      (
        [.contrast(lower: 1, upper: .nan)],
        "contrast:1:nan: the upper factor is out of range (expected a number above 1.0, found nan)"
      ),
      (
        [.scale(factor: .infinity)],
        "scale:inf: the factor is out of range (expected a finite number, found inf)"
      ),
      (
        [.normalize(mean: [0, .nan, 0], deviation: [1, 1, 1])],
        "normalize:0/nan/0:1/1/1: the mean is out of range (expected a finite number, found nan)"
      ),
      (
        [.normalize(mean: [0, 0, 0], deviation: [1, 0, 1])],
        "normalize:0/0/0:1/0/1: the deviation is out of range (expected a number above 0, found 0.0)"
      ),
      (
        [.normalize(mean: [0, 0, 0], deviation: [1, 1, -2])],
        "normalize:0/0/0:1/1/-2: the deviation is out of range (expected a number above 0, found -2.0)"
      ),
      (
        [.scale(factor: 1e30), .scale(factor: 1e30)],
        "scale:1e+30: values may become too large (expected magnitudes within float32)"
      ),
      (
        Array(repeating: .flip, count: 65),
        "transform: too many operations (expected at most 64, found 65)"
      ),
    ] as [([ImageOperation], String)])
  func refusals(_ operations: [ImageOperation], _ expected: String) {
    #expect(refusal(operations) == expected)
  }

  @Test(
    "operations whose results are no bytes are refused for bytes",
    arguments: [
      (.standardize, "standardize: the results are no bytes (expected element type float32, found uint8)"),
      (
        .normalize(mean: [0, 0, 0], deviation: [1, 1, 1]),
        "normalize:0/0/0:1/1/1: the results are no bytes (expected element type float32, found uint8)"
      ),
    ] as [(ImageOperation, String)])
  func needsFloat32(_ operation: ImageOperation, _ expected: String) {
    #expect(refusal([operation], .uint8) == expected)
    #expect(refusal([operation], .float32) == nil)
  }

  @Test(
    "the bounds themselves are allowed",
    arguments: [
      [.crop(size: 32)], [.crop(size: 1)], [.pad(margin: 1024), .pad(margin: 1008)], [.cutout(size: 4096)],
      [.brightness(delta: 0)], [.contrast(lower: 0, upper: .leastNonzeroMagnitude)], [.scale(factor: 0)],
      [.scale(factor: 1e30), .standardize, .scale(factor: 1e30)], Array(repeating: .flip, count: 64),
      [.brightness(delta: 1), .contrast(lower: 1, upper: 2), .scale(factor: 2)],
      [.reflectingPad(margin: 31), .reflectingPad(margin: 93)],
      [.pad(margin: 1), .translate(margin: 33), .cutout(size: 1), .translate(margin: 1)]
        + [.cutout(size: 1), .translate(margin: 1)],
      Array(repeating: .translate(margin: 1), count: 64),
    ] as [[ImageOperation]])
  func bounds(_ operations: [ImageOperation]) {
    let suitsBytes = !operations.contains(.standardize)

    #expect(refusal(operations, .float32) == nil)
    #expect(refusal(operations, .uint8) == nil || !suitsBytes)
  }

  @Test(
    "only the rows that an image can need are asked for ahead",
    arguments: [
      ([], 0..<32), ([.crop(size: 24)], 4..<28), ([.crop(size: 24), .flip, .crop(size: 3)], 14..<17),
      ([.crop(size: 24), .randomCrop(size: 3)], 4..<28), ([.randomCrop(size: 3), .crop(size: 1)], 0..<32),
      ([.pad(margin: 4), .crop(size: 8)], 0..<32), ([.translate(margin: 4), .crop(size: 8)], 0..<32),
    ] as [([ImageOperation], Range<Int>)])
  func sourceRows(_ operations: [ImageOperation], _ expected: Range<Int>) throws {
    let transform = try CompiledTransform(operations: operations, layout: .nhwc, seed: 0)

    #expect(transform.sourceRows == expected)
  }
}
