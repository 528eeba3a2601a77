import Testing

@testable import CIFAR

@Suite("Stencils")
struct SyntheticStencilsTests {
  @Test("a drawing grows with its radius and keeps inside it")
  func drawings() {
    let stencils = SyntheticStencils.cifar100
    let edge = SyntheticStencils.edge
    for shape in SyntheticShape.allCases {
      var lightBefore = 0
      for radius in SyntheticStencils.radii {
        let start = SyntheticStencils.start(of: shape, radius: radius)
        var light = 0
        for row in 0..<edge {
          for column in 0..<edge {
            let covered = Int(stencils.coverage[start + row * edge + column])
            #expect((0...SyntheticStencils.fullCoverage).contains(covered))
            let isNear =
              abs(2 * row + 1 - edge) < 2 * radius && abs(2 * column + 1 - edge) < 2 * radius
            #expect(covered == 0 || isNear)
            light += covered
          }
        }
        #expect(light > lightBefore)
        lightBefore = light
      }
    }
  }

  @Test("the drawings of CIFAR-10 are the first of those of CIFAR-100")
  func prefix() {
    let first = SyntheticStencils.cifar10.coverage

    #expect(SyntheticStencils.cifar100.coverage.starts(with: first))
    #expect(SyntheticStencils.cifar100.coverage.count == 2 * first.count)
    #expect(SyntheticStencils.cifar10.texture == SyntheticStencils.cifar100.texture)
  }
}
