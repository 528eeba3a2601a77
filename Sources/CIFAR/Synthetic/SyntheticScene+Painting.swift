import InputPipeline

extension SyntheticScene {
  /// The pixels that are painted in one step: half a row.
  private typealias Pixels = SIMD16<Int16>

  /// The numbers of the pixels of one step.
  private static let columns = Pixels(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

  /// The noise of a pixel is an even number from 0 to 30; this is taken off before, for a mean of 0.
  private static let noiseMean = 15

  /// Paints the scene with noise: the red, the green and the blue plane of an image.
  ///
  /// - Parameters:
  ///   - image: ``CIFARImage/byteCount`` bytes, at any address.
  ///   - words: The generator of the record.
  func paint(into image: UnsafeMutableRawPointer, words: CounterGenerator, stencils: SyntheticStencils) {
    Self.fillWithNoise(image, words: words)
    let corner = (SyntheticStencils.edge - CIFARImage.width) / 2
    let window = (corner - shiftDown) * SyntheticStencils.edge + corner - shiftRight
    let shape = SyntheticStencils.start(of: appearance.shape, radius: radius) + window
    let texture = SyntheticStencils.start(of: appearance.texture) + window
    let (first, second) = foreground
    stencils.coverage.withUnsafeBytes { coverage in
      stencils.texture.withUnsafeBytes { pattern in
        let coverage = coverage.baseAddress! + shape * 2
        let pattern = pattern.baseAddress! + texture * 2
        func paint(_ plane: Int, _ first: Int, _ second: Int, on background: Int) {
          paintPlane(
            image + plane * CIFARImage.planeLength, coverage: coverage, pattern: pattern,
            first: Int16(first - Self.noiseMean), second: Int16(second - Self.noiseMean),
            background: background - Self.noiseMean)
        }
        paint(0, first.channels.0, second.channels.0, on: background.channels.0)
        paint(1, first.channels.1, second.channels.1, on: background.channels.1)
        paint(2, first.channels.2, second.channels.2, on: background.channels.2)
      }
    }
  }

  /// Fills an image with even numbers from 0 to 30: eight pixels from each half of a word's bits.
  private static func fillWithNoise(_ image: UnsafeMutableRawPointer, words: CounterGenerator) {
    for number in 0..<CIFARImage.byteCount / 16 {
      let word = words.word(wordCount + UInt64(number))
      image.storeBytes(of: (word & 0x0f0f_0f0f_0f0f_0f0f) << 1, toByteOffset: 16 * number, as: UInt64.self)
      image.storeBytes(
        of: (word >> 3) & 0x1e1e_1e1e_1e1e_1e1e, toByteOffset: 16 * number + 8, as: UInt64.self)
    }
  }

  /// Adds one channel of the scene to a plane that holds the noise.
  private func paintPlane(
    _ plane: UnsafeMutableRawPointer, coverage: UnsafeRawPointer, pattern: UnsafeRawPointer,
    first: Int16, second: Int16, background: Int
  ) {
    let first = Pixels(repeating: first)
    let difference = first ^ Pixels(repeating: second)
    let slant = Pixels(repeating: Int16(slope.right))
    let middle = Pixels(repeating: Int16(background))
    let left = middle &+ ((Self.columns &- 16) &* slant) &>> 4
    let right = middle &+ (Self.columns &* slant) &>> 4
    for row in 0..<CIFARImage.height {
      let down = Pixels(repeating: Int16((slope.down * (row - 16)) >> 4))
      for half in 0..<2 {
        let place = (row * SyntheticStencils.edge + half * 16) * 2
        let covered = (coverage + place).loadUnaligned(as: Pixels.self)
        let isSecond = (pattern + place).loadUnaligned(as: Pixels.self)
        let ground = (half == 0 ? left : right) &+ down
        let colour = first ^ (difference & isSecond)
        let mixed = ground &+ ((colour &- ground) &* covered) &>> 7
        let pixels = plane + row * CIFARImage.width + half * 16
        let noise = pixels.loadUnaligned(as: SIMD16<UInt8>.self)
        pixels.storeBytes(of: noise &+ SIMD16(truncatingIfNeeded: mixed), as: SIMD16<UInt8>.self)
      }
    }
  }
}
