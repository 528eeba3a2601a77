import InputPipeline
import Testing

@Suite("A permutation of a counter generator")
struct CounterGeneratorPermutationTests {
  @Test("has each number once", arguments: [0, 1, 2, 3, 10, 1000])
  func isPermutation(count: Int) {
    let permutation = CounterGenerator(key: 7).permutation(of: count)

    #expect(permutation.sorted() == Array(0..<count))
  }

  @Test("depends on the key alone")
  func isFunctionOfKey() {
    let generator = CounterGenerator(key: 7)

    #expect(generator.permutation(of: 100) == generator.permutation(of: 100))
    #expect(generator.permutation(of: 100) != CounterGenerator(key: 8).permutation(of: 100))
    #expect(generator.permutation(of: 100) != Array(0..<100))
  }

  @Test("shuffle puts each element where the permutation says")
  func shuffleAgrees() {
    let generator = CounterGenerator(key: 7)
    let elements = (0..<50).map { "element \($0)" }

    var shuffled = elements
    generator.shuffle(&shuffled)

    #expect(shuffled == generator.permutation(of: 50).map { elements[$0] })
  }

  @Test("each order of four is equally likely")
  func isUniform() {
    let seeds = 24_000
    var counts: [[Int]: Int] = [:]
    for seed in 0..<seeds {
      counts[CounterGenerator(key: 1).derived(UInt64(seed)).permutation(of: 4), default: 0] += 1
    }

    // Chi-squared with 23 degrees of freedom is above 49.7 once in a thousand times; the keys are fixed.
    let expected = Double(seeds) / 24
    let chiSquared = counts.values.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    #expect(counts.count == 24)
    #expect(chiSquared < 49.7)
  }
}

extension CounterGenerator {
  /// The numbers `0 ..< count` in random order, each order equally likely.
  ///
  /// A pure function of the key and `count`; uses the words at the counters `0 ..< count`.
  ///
  /// - Parameter count: At least 0; traps otherwise.
  func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<count)
    shuffle(&numbers)
    return numbers
  }
}
