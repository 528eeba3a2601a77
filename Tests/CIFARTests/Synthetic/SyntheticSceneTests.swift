import InputPipeline
import Testing

@testable import CIFAR

@Suite("Generated scenes")
struct SyntheticSceneTests {
  @Test("noise can be added to every colour without leaving a byte")
  func colourRange() {
    for number in 0..<5_000 {
      let words = CounterGenerator(key: 1).derived(UInt64(number))
      let appearance = SyntheticClasses.cifar100.appearances[number % 100]
      let scene = SyntheticScene(appearance, words: words)
      let (first, second) = scene.foreground
      for colour in [first, second] {
        for channel in [colour.channels.0, colour.channels.1, colour.channels.2] {
          #expect(SyntheticScene.colourRange.contains(channel))
        }
      }
      let reach = abs(scene.slope.right) + abs(scene.slope.down)
      for channel in [
        scene.background.channels.0, scene.background.channels.1, scene.background.channels.2,
      ] {
        #expect(SyntheticScene.colourRange.contains(channel - reach))
        #expect(SyntheticScene.colourRange.contains(channel + reach))
      }
    }
  }

  @Test("a shape stays within its drawing however far it is moved")
  func shift() {
    let margin = (SyntheticStencils.edge - CIFARImage.width) / 2
    for radius in SyntheticStencils.radii {
      let shift = SyntheticStencils.greatestShift(radius: radius)
      #expect((0...margin).contains(shift))
      #expect(shift + radius <= CIFARImage.width / 2 - 1)
    }
  }

  @Test("the middle of a shape has its colour, and noise of sixteen steps around it")
  func painting() {
    let appearance = SyntheticClasses.Appearance(shape: .disc, texture: .plain, hue: 0)
    var differences: Set<Int> = []
    for number in 0..<200 {
      let words = CounterGenerator(key: 2).derived(UInt64(number))
      let scene = SyntheticScene(appearance, words: words)
      var image = [UInt8](repeating: 0, count: CIFARImage.byteCount)
      image.withUnsafeMutableBytes {
        scene.paint(into: $0.baseAddress!, words: words, stencils: .cifar10)
      }
      let middle = (16 + scene.shiftDown) * 32 + 16 + scene.shiftRight
      differences.insert(Int(image[middle]) - scene.foreground.0.channels.0)
      differences.insert(Int(image[1_024 + middle]) - scene.foreground.0.channels.1)
    }

    #expect(differences == Set(stride(from: -15, through: 15, by: 2)))
  }

  @Test("the background changes evenly from edge to edge, without a step in the middle")
  func background() {
    let appearance = SyntheticClasses.Appearance(shape: .disc, texture: .plain, hue: 0)
    var farthest = 0.0
    for number in 0..<100 {
      let words = CounterGenerator(key: 3).derived(UInt64(number))
      let scene = SyntheticScene(appearance, words: words)
      var image = [UInt8](repeating: 0, count: CIFARImage.byteCount)
      image.withUnsafeMutableBytes {
        scene.paint(into: $0.baseAddress!, words: words, stencils: .cifar10)
      }
      // No shape reaches the outermost rows and columns.
      for pixel in 0..<1_024 where [0, 31].contains(pixel / 32) || [0, 31].contains(pixel % 32) {
        let right = Double(scene.slope.right * (pixel % 32 - 16)) / 16
        let down = Double(scene.slope.down * (pixel / 32 - 16)) / 16
        let expected = Double(scene.background.channels.0) + right + down
        farthest = max(farthest, abs(Double(image[pixel]) - expected))
      }
    }

    // Fifteen for the noise and one for each of the two rounded slopes.
    #expect(farthest <= 17)
  }
}
