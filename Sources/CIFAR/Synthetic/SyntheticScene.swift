import InputPipeline

/// Everything about one generated image but its noise: class, place, size and colours.
struct SyntheticScene {
  let appearance: SyntheticClasses.Appearance
  /// Half the width of the shape, in pixels.
  let radius: Int
  /// How far the shape is to the right of the middle, in pixels.
  let shiftRight: Int
  /// How far the shape is below the middle, in pixels.
  let shiftDown: Int
  /// The two colours of the shape.
  let foreground: (SyntheticColour, SyntheticColour)
  /// The background in the middle of the image.
  let background: SyntheticColour
  /// The change of the background from the middle to the edge, to the right and downwards.
  let slope: (right: Int, down: Int)

  /// Every channel of every colour, slope included, is in this range, so that noise needs no clamping.
  static let colourRange = 16...239
  /// Words of the generator that a scene uses; noise takes those behind.
  static let wordCount: UInt64 = 16

  /// Draws the scene of one record.
  ///
  /// - Parameters:
  ///   - appearance: The class of the record.
  ///   - words: The generator of the record.
  init(_ appearance: SyntheticClasses.Appearance, words: CounterGenerator) {
    func draw(_ range: ClosedRange<Int>, _ counter: UInt64) -> Int {
      range.lowerBound + Int(words.integer(below: UInt64(range.count), at: counter))
    }
    self.appearance = appearance
    radius = draw(SyntheticStencils.radii, 0)
    let reach = SyntheticStencils.greatestShift(radius: radius)
    shiftRight = draw(-reach...reach, 1)
    shiftDown = draw(-reach...reach, 2)
    let hue = appearance.hue + draw(-90...90, 3)
    let colour = SyntheticColour(hue: hue, low: draw(36...90, 4), high: draw(190...239, 5))
    foreground = (colour, colour.dimmed(to: draw(120...150, 6)))
    let grey = draw(80...175, 7)
    background = SyntheticColour(
      grey + draw(-16...16, 8), grey + draw(-16...16, 9), grey + draw(-16...16, 10))
    slope = (draw(-24...24, 11), draw(-24...24, 12))
  }
}
