import Testing

@testable import Picture

@Suite("PNG filters")
struct PNGFilterTests {
  @Test(
    "a byte is predicted from its neighbours",
    arguments: [
      (PNGFilter.none, (10, 20, 30), 0), (.left, (10, 20, 30), 10), (.above, (10, 20, 30), 20),
      (.average, (10, 21, 30), 15), (.average, (255, 255, 0), 255), (.paeth, (10, 20, 30), 10),
      (.paeth, (10, 20, 10), 20), (.paeth, (20, 10, 10), 20), (.paeth, (10, 30, 20), 20),
      (.paeth, (50, 50, 50), 50), (.paeth, (0, 255, 255), 0), (.paeth, (200, 100, 90), 200),
    ] as [(PNGFilter, (UInt8, UInt8, UInt8), UInt8)])
  func prediction(filter: PNGFilter, neighbours: (UInt8, UInt8, UInt8), expected: UInt8) {
    let (left, above, aboveLeft) = neighbours

    #expect(filter.predicted(left: left, above: above, aboveLeft: aboveLeft) == expected)
  }
}
