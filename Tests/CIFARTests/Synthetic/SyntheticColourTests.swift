import Testing

@testable import CIFAR

@Suite("Colours")
struct SyntheticColourTests {
  @Test(
    "a hue is a place on a circle from red over green and blue",
    arguments: [
      (0, (200, 40, 40)), (256, (200, 200, 40)), (512, (40, 200, 40)), (768, (40, 200, 200)),
      (1_024, (40, 40, 200)), (1_280, (200, 40, 200)), (1_536, (200, 40, 40)), (-256, (200, 40, 200)),
      (128, (200, 120, 40)), (-1_536 * 3 + 512, (40, 200, 40)),
    ])
  func hue(hue: Int, channels: (Int, Int, Int)) {
    #expect(SyntheticColour(hue: hue, low: 40, high: 200).channels == channels)
  }

  @Test("a dimmed colour keeps its hue")
  func dimmed() {
    #expect(SyntheticColour(200, 100, 50).dimmed(to: 128) == SyntheticColour(100, 50, 25))
  }
}
