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
}
