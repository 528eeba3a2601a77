import Testing

@testable import CIFAR

@Suite("The text of image operations")
struct ImageOperationTests {
  private static let statistics = DatasetStatistics(mean: [0.25, 0.5, 0.75], deviation: [0.125, 0.25, 0.5])

  @Test(
    "every form is read",
    arguments: [
      ("none", []),
      ("crop:24", [.crop(size: 24)]),
      ("random-crop:032", [.randomCrop(size: 32)]),
      ("pad:0", [.pad(margin: 0)]),
      ("pad:4:reflect", [.reflectingPad(margin: 4)]),
      ("translate:4", [.translate(margin: 4)]),
      ("flip", [.flip]),
      ("flip:alternate", [.alternatingFlip]),
      ("brightness:63", [.brightness(delta: 63)]),
      ("brightness:.5", [.brightness(delta: 0.5)]),
      ("contrast:0.2:1.8", [.contrast(lower: 0.2, upper: 1.8)]),
      ("contrast:0:1e-3", [.contrast(lower: 0, upper: 0.001)]),
      ("standardize", [.standardize]),
      ("normalize", [.normalize(mean: [0.25, 0.5, 0.75], deviation: [0.125, 0.25, 0.5])]),
      (
        "normalize:0.49/0.48/-4.5E-1:0.25/+0.24/0.26",
        [.normalize(mean: [0.49, 0.48, -0.45], deviation: [0.25, 0.24, 0.26])]
      ),
      ("scale:-0.5", [.scale(factor: -0.5)]),
      ("cutout:16", [.cutout(size: 16)]),
      ("crop:24,standardize", [.crop(size: 24), .standardize]),
      ("flip,flip,pad:4,flip", [.flip, .flip, .pad(margin: 4), .flip]),
      (" crop:24, flip ,  standardize ", [.crop(size: 24), .flip, .standardize]), (" none ", []),
    ] as [(String, [ImageOperation])])
  func forms(text: String, expected: [ImageOperation]) throws {
    #expect(try ImageOperation.parse(text, statistics: Self.statistics) == expected)
  }

  @Test(
    "an unknown operation is named, with all that there are",
    arguments: [
      ("blur", "blur"), ("crop:24,Flip", "Flip"), ("", "''"), ("flip,", "''"), (",flip", "''"),
      ("none,flip", "none"), ("flip,none", "none"), ("fl ip", "fl ip"), ("rotate:3", "rotate"),
      (":3", "':3'"), ("standardise", "standardise"), ("a\nb", "a\\nb"), ("\u{1b}[31m", "\\x1b[31m"),
    ])
  func unknown(text: String, name: String) {
    let error = #expect(throws: TransformError.self) {
      try ImageOperation.parse(text, statistics: Self.statistics)
    }

    #expect(
      error?.description == name
        + ": no such image operation (expected none or a list of crop:S, random-crop:S, pad:P or pad:P:reflect, "
        + "translate:P, flip or flip:alternate, brightness:D, contrast:L:U, standardize, normalize or normalize:R/G/B:R/G/B, scale:F, cutout:S)"
    )
  }

  private static let padForm = "pad:P or pad:P:reflect, P a whole number of 0...1024"
  private static let size = ", S a whole number of 1...4096"

  @Test(
    "an operation in a wrong form is named, with what it looks like",
    arguments: [
      ("crop", "crop:S" + size), ("crop:", "crop:S" + size), ("crop:2:3", "crop:S" + size),
      ("crop:-1", "crop:S" + size), ("crop:+1", "crop:S" + size), ("crop:2.0", "crop:S" + size),
      ("crop:x", "crop:S" + size), ("crop: 2", "crop:S" + size), ("crop:٣", "crop:S" + size),
      ("crop:99999999999999999999", "crop:S" + size), ("random-crop", "random-crop:S" + size),
      ("cutout:1e1", "cutout:S" + size), ("pad:", Self.padForm), ("pad:1:2", Self.padForm),
      ("pad:1:Reflect", Self.padForm), ("pad:reflect", Self.padForm), ("pad:x:reflect", Self.padForm),
      ("pad:1:reflect:", Self.padForm), ("translate", "translate:P, P a whole number of 0...1024"),
      ("translate:4:reflect", "translate:P, P a whole number of 0...1024"),
      ("flip:1", "flip or flip:alternate"), ("flip:", "flip or flip:alternate"),
      ("flip:alternate:1", "flip or flip:alternate"), ("standardize:1", "standardize"),
      ("brightness", "brightness:D, D a number from 0"),
      ("brightness:inf", "brightness:D, D a number from 0"),
      ("brightness:nan", "brightness:D, D a number from 0"),
      ("brightness:0x10", "brightness:D, D a number from 0"),
      ("brightness:1:2", "brightness:D, D a number from 0"),
      ("brightness:1x:2", "brightness:D, D a number from 0"),
      ("contrast:1", "contrast:L:U, L and U numbers, 0 <= L < U"),
      ("contrast:1:2:3", "contrast:L:U, L and U numbers, 0 <= L < U"),
      ("contrast:1:", "contrast:L:U, L and U numbers, 0 <= L < U"),
      ("contrast:1:2:x", "contrast:L:U, L and U numbers, 0 <= L < U"),
      ("scale:", "scale:F, F a number"), ("scale:1e", "scale:F, F a number"),
      ("scale:--1", "scale:F, F a number"), ("scale:1:x", "scale:F, F a number"),
      ("normalize:", "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"),
      ("normalize:1/2/3", "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"),
      (
        "normalize:1/2/3:1/2",
        "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"
      ),
      (
        "normalize:1/2/3:1/2/x",
        "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"
      ),
      (
        "normalize:1/2/3/x:1/2/3",
        "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"
      ),
      (
        "normalize:1/2/3:1/2/3:4/5/6",
        "normalize or normalize:R/G/B:R/G/B, the mean and the deviation of each channel"
      ),
    ] as [(String, String)])
  func malformed(text: String, expected: String) {
    let error = #expect(throws: TransformError.self) {
      try ImageOperation.parse("flip," + text, statistics: Self.statistics)
    }

    #expect(error?.description == "\(text): wrong form of the operation (expected \(expected))")
  }

  @Test(
    "the canonical text is the shortest that means the same",
    arguments: [
      ("none", "none"), ("crop:024,flip", "crop:24,flip"), ("pad:04:reflect", "pad:4:reflect"),
      ("translate:04,flip:alternate", "translate:4,flip:alternate"), ("brightness:63.0", "brightness:63"),
      ("brightness:.50", "brightness:0.5"), ("contrast:2e-1:1.8", "contrast:0.2:1.8"),
      ("scale:-1e30", "scale:-1e+30"), ("normalize", "normalize:0.25/0.5/0.75:0.125/0.25/0.5"),
    ])
  func canonicalText(text: String, expected: String) throws {
    let operations = try ImageOperation.parse(text, statistics: Self.statistics)

    #expect(ImageOperation.text(of: operations) == expected)
  }

  @Test("the canonical text reads back as the same operations", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    let operations =
      RandomChain(seed: seed, elementType: .float32).operations
      + [.scale(factor: 1 / Double(seed + 3)), .brightness(delta: Double(seed) * 1e17)]

    let text = ImageOperation.text(of: operations)

    #expect(try ImageOperation.parse(text, statistics: Self.statistics) == operations, "\(text)")
  }
}
