import Testing

@testable import CIFAR

@Suite("The presets")
struct TransformPresetTests {
  @Test(
    "a preset is what the manual says it is",
    arguments: [
      (.eval, [.crop(size: 24), .standardize], .nhwc, .float32, [24, 24, 3]),
      (
        .distort,
        [
          .randomCrop(size: 24), .flip, .brightness(delta: 63), .contrast(lower: 0.2, upper: 1.8),
          .standardize,
        ], .nhwc, .float32, [24, 24, 3]
      ),
      (
        .torch,
        [
          .pad(margin: 4), .randomCrop(size: 32), .flip,
          .normalize(mean: DatasetStatistics.cifar10.mean, deviation: DatasetStatistics.cifar10.deviation),
        ], .nchw, .float32, [3, 32, 32]
      ),
      (
        .torchEval,
        [.normalize(mean: DatasetStatistics.cifar10.mean, deviation: DatasetStatistics.cifar10.deviation)],
        .nchw, .float32, [3, 32, 32]
      ),
      (.bytes, [.translate(margin: 4), .flip], .nchw, .uint8, [3, 32, 32]),
      (.raw, [], .nhwc, .uint8, [32, 32, 3]),
    ] as [(TransformPreset, [ImageOperation], ImageLayout, ElementType, [Int])])
  func meaning(
    _ preset: TransformPreset, _ operations: [ImageOperation], _ layout: ImageLayout, _ type: ElementType,
    _ shape: [Int]
  ) throws {
    let parsed = try ImageOperation.parse(preset.text, statistics: .cifar10)
    let transform = try CompiledTransform(operations: parsed, layout: preset.layout, seed: 0)

    #expect(parsed == operations)
    #expect(preset.layout == layout)
    #expect(transform.elementType == type)
    #expect(transform.outputShape == shape)
  }
}
