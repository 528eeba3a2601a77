/// A colour in whole numbers; each channel 0 to 255.
struct SyntheticColour: Equatable {
  /// Red, green and blue.
  var channels: (Int, Int, Int)

  /// The steps around the circle of hues, from red over green and blue back to red.
  static let hueSteps = 1_536

  /// A colour of full saturation, spread over `low ... high`.
  ///
  /// - Parameter hue: Any number; ``hueSteps`` are a full circle.
  init(hue: Int, low: Int, high: Int) {
    let steps = Self.hueSteps
    let hue = (hue % steps + steps) % steps
    func channel(_ peak: Int) -> Int {
      let around = abs(hue - peak)
      let distance = min(around, steps - around)
      // Full up to a sixth of the circle from the peak, nothing from a third on.
      return low + (high - low) * min(256, max(0, 512 - distance)) / 256
    }
    channels = (channel(0), channel(512), channel(1_024))
  }

  /// Red, green and blue, each as given.
  init(_ red: Int, _ green: Int, _ blue: Int) {
    channels = (red, green, blue)
  }

  /// The same colour with `weight / 256` of its light.
  func dimmed(to weight: Int) -> SyntheticColour {
    SyntheticColour(channels.0 * weight / 256, channels.1 * weight / 256, channels.2 * weight / 256)
  }

  static func == (left: SyntheticColour, right: SyntheticColour) -> Bool {
    left.channels == right.channels
  }
}
