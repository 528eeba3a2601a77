import Testing

@testable import InputPipeline

@Suite("Counter generator")
struct CounterGeneratorTests {
  // The first outputs of the published splitmix64.c (S. Vigna) seeded with 0.
  @Test(
    "The words of key 0 are those of SplitMix64",
    arguments: [
      (0, 0xe220_a839_7b1d_cdaf), (1, 0x6e78_9e6a_a1b9_65f4), (2, 0x06c4_5d18_8009_454f),
      (3, 0xf88b_b8a8_724c_81ec),
    ] as [(UInt64, UInt64)])
  func reference(_ counter: UInt64, _ expected: UInt64) {
    #expect(CounterGenerator(key: 0).word(counter) == expected)
  }

  @Test("Counters beyond 32 bits and derived keys give the same words on every platform")
  func golden() {
    #expect(CounterGenerator(key: 42).word(1 << 40) == 0x83d3_8e0e_dbd4_3334)
    #expect(CounterGenerator(key: 0).derived(0).key == 0x927a_7c57_dc01_6e42)
    #expect(CounterGenerator(key: 1).derived(2).key == 0x3046_d746_9bb0_d5d9)
    #expect(CounterGenerator(key: 5).word(.max) == CounterGenerator(key: 5).word(.max))
  }

  @Test("Whole numbers and fractions come from the high bits of the word")
  func scaled() {
    let generator = CounterGenerator(key: 0)

    #expect((0..<10).map { generator.integer(below: 10, at: $0) } == [8, 4, 0, 9, 1, 3, 1, 7, 2, 9])
    #expect((0..<3).map(generator.unit) == [0.8833108082136426, 0.43152799704850997, 0.026433771592597743])
  }

  @Test(
    "A whole number stays below its bound, and below 1 it is 0", arguments: [1, 2, 3, 1 << 40, UInt64.max])
  func bounds(_ bound: UInt64) {
    let generator = CounterGenerator(key: 77)

    for counter in 0..<UInt64(1_000) { #expect(generator.integer(below: bound, at: counter) < bound) }
  }

  @Test("A fraction is at least 0 and below 1")
  func unitRange() {
    let fractions = (0..<UInt64(10_000)).map(CounterGenerator(key: 3).unit)

    #expect(fractions.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(fractions.min()! < 0.001 && fractions.max()! > 0.999)
  }

  @Test("Whole numbers are uniform: chi-square of 100 classes", arguments: [0, 1, 2, UInt64.max])
  func uniformity(_ key: UInt64) {
    let generator = CounterGenerator(key: key)
    var counts = [Int](repeating: 0, count: 100)

    for counter in 0..<UInt64(100_000) { counts[Int(generator.integer(below: 100, at: counter))] += 1 }

    // The 99.9 % point of 99 degrees of freedom, and one below which a sequence is too even to be random.
    let statistic = chiSquare(counts)
    #expect(statistic < 148.2 && statistic > 59.5)
  }

  @Test("Generators derived for neighbouring parts have nothing in common")
  func derivedParts() {
    let root = CounterGenerator(key: 1)
    let words = (0..<UInt64(100)).flatMap { part in (0..<UInt64(100)).map(root.derived(part).word) }

    #expect(Set(words).count == words.count)
    #expect(root.derived(3) == root.derived(3))
  }
}

/// The chi-square statistic of observed counts whose expected values are all the same.
func chiSquare(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}
