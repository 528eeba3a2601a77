import InputPipeline
import Testing

@testable import CIFAR

@Suite("The random choices of a transform")
struct TransformRandomnessTests {
  private static let recordCount = 50_000

  /// The draws of the first operation for as many records as an epoch of CIFAR-10 has.
  private func draws(_ operation: ImageOperation, seed: UInt64 = 3) throws -> [TransformDraw] {
    let transform = try CompiledTransform(operations: [operation], layout: .nhwc, seed: seed)
    return (0..<UInt64(Self.recordCount)).map { transform.draws(epoch: 0, record: $0)[0] }
  }

  /// The sum of squared distances from equal frequencies, in units of the frequency expected.
  private func chiSquare(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }

  @Test("a crop of 24 begins at each of 9 x 9 places equally often (rule 10.6)")
  func cropOffsets() throws {
    var counts = [Int](repeating: 0, count: 81)
    for case .offset(let row, let column) in try draws(.randomCrop(size: 24)) {
      counts[row * 9 + column] += 1
    }

    #expect(counts.reduce(0, +) == Self.recordCount)
    // 80 degrees of freedom: 46.5 and 124.8 are the 0.1 % points on either side.
    #expect((46.5...124.8).contains(chiSquare(counts)))
  }

  @Test("a cutout is centred on every pixel equally often")
  func cutoutCentres() throws {
    var counts = [Int](repeating: 0, count: 1024)
    for case .centre(let row, let column) in try draws(.cutout(size: 8)) { counts[row * 32 + column] += 1 }

    #expect(counts.reduce(0, +) == Self.recordCount)
    // 1,023 degrees of freedom: the 0.1 % points.
    #expect((886...1168).contains(chiSquare(counts)))
  }

  @Test("one of two images is mirrored (rule 10.7)")
  func flips() throws {
    let mirrored = try draws(.flip).count { $0 == .mirrors(true) }

    // Four deviations of sqrt(n) / 2.
    #expect(abs(mirrored - Self.recordCount / 2) < 447)
  }

  @Test("an alternating flip mirrors one of two images in an epoch, and the others in the next")
  func alternation() throws {
    let transform = try CompiledTransform(operations: [.alternatingFlip], layout: .nhwc, seed: 3)
    func mirrored(_ epoch: UInt64) -> [Bool] {
      (0..<UInt64(Self.recordCount)).map {
        transform.draws(epoch: epoch, record: $0)[0] == .mirrors(true)
      }
    }
    let first = mirrored(0)

    #expect(abs(first.count { $0 } - Self.recordCount / 2) < 447)
    #expect(mirrored(1) == first.map { !$0 } && mirrored(2) == first && mirrored(7) == mirrored(1))
    #expect(try draws(.flip).map { $0 == .mirrors(true) } != first)
  }

  @Test("shifts fill [-delta, delta) evenly (rule 10.8)")
  func shifts() throws {
    let shifts = try draws(.brightness(delta: 63)).compactMap { draw -> Double? in
      guard case .shift(let shift) = draw else { return nil }
      return shift
    }

    #expect(shifts.count == Self.recordCount && shifts.allSatisfy { (-63..<63).contains($0) })
    #expect(shifts.min()! < -62.98 && shifts.max()! > 62.98)
    let counts = shifts.reduce(into: [Int](repeating: 0, count: 21)) { $0[Int(($1 + 63) / 6)] += 1 }
    #expect((5.9...45.3).contains(chiSquare(counts)))
  }

  @Test("factors fill [lower, upper) evenly (rule 10.9)")
  func factors() throws {
    let factors = try draws(.contrast(lower: 0.2, upper: 1.8)).compactMap { draw -> Double? in
      guard case .factor(let factor) = draw else { return nil }
      return factor
    }

    #expect(factors.count == Self.recordCount && factors.allSatisfy { (0.2..<1.8).contains($0) })
    let counts = factors.reduce(into: [Int](repeating: 0, count: 16)) { $0[Int(($1 - 0.2) * 10)] += 1 }
    #expect((3.4...37.7).contains(chiSquare(counts)))
  }

  /// A generator whose word at counter 0 is `word`.
  private func generator(firstWord word: UInt64) -> CounterGenerator {
    // The inverse of the SplitMix64 finaliser: each step undone, with the inverses of its odd factors.
    var word = word
    word = (word ^ (word >> 31) ^ (word >> 62)) &* 0x3196_42b2_d24d_8ec3
    word = (word ^ (word >> 27) ^ (word >> 54)) &* 0x96de_1b17_3f11_9089
    word = word ^ (word >> 30) ^ (word >> 60)
    return CounterGenerator(key: word &- 0x9e37_79b9_7f4a_7c15)
  }

  @Test("the largest random word stays below every open bound")
  func largestWord() {
    let generator = generator(firstWord: .max)

    #expect(generator.word(0) == .max)
    for (lower, upper) in [(0.2, 1.8), (0, 1e-9), (1, 1.0.nextUp), (0.1, 0.3), (1e15, 1e15 + 1)] {
      let factor = generator.factor(lower: lower, upper: upper, record: 0)
      #expect(factor >= lower && factor < upper)
    }
    for delta in [63, 0.1, 1e-9, 7e30] { #expect(generator.shift(delta: delta, record: 0) < delta) }
    #expect(generator.position(rows: 9, columns: 9, record: 0).row == 8)
    #expect(!generator.isChosen(record: 0))
  }

  @Test("the smallest random word reaches every closed bound")
  func smallestWord() {
    let generator = generator(firstWord: 0)

    #expect(generator.word(0) == 0)
    #expect(generator.factor(lower: 0.2, upper: 1.8, record: 0) == 0.2)
    #expect(generator.shift(delta: 63, record: 0) == -63)
    #expect(generator.position(rows: 9, columns: 9, record: 0).row == 0)
    #expect(generator.isChosen(record: 0))
  }

  @Test("an operation draws the same when others are added around it")
  func independence() throws {
    let alone = try CompiledTransform(
      operations: [.flip, .brightness(delta: 63)], layout: .nhwc, seed: 8)
    let among = try CompiledTransform(
      operations: [.randomCrop(size: 30), .flip, .cutout(size: 3), .brightness(delta: 63), .flip],
      layout: .nhwc, seed: 8)

    for record in 0..<50 as Range<UInt64> {
      let few = alone.draws(epoch: 1, record: record)
      let many = among.draws(epoch: 1, record: record)
      #expect(few[0] == many[1] && few[1] == many[3])
    }
  }

  @Test("a translation draws what a reflecting pad and a random crop draw")
  func translation() throws {
    let short = try TransformRun([.flip, .translate(margin: 4), .randomCrop(size: 30)], seed: 8)
    let long = try TransformRun(
      [.flip, .reflectingPad(margin: 4), .randomCrop(size: 32), .randomCrop(size: 30)], seed: 8)
    let pixels = TestPixels.random(key: 1).bytes

    for record in 0..<50 as Range<UInt64> {
      #expect(short.bytes(pixels, record: record) == long.bytes(pixels, record: record))
    }
  }

  @Test("two operations of a kind draw independently")
  func occurrences() throws {
    let transform = try CompiledTransform(operations: [.flip, .flip], layout: .nhwc, seed: 8)

    let equal = (0..<1000 as Range<UInt64>).count { record in
      let draws = transform.draws(epoch: 0, record: record)
      return draws[0] == draws[1]
    }

    #expect((437...563).contains(equal))
  }

  @Test("the choices of a run are the same for ever (numbers from a second implementation, in Python)")
  func goldenDraws() throws {
    let transform = try CompiledTransform(
      operations: [
        .randomCrop(size: 24), .flip, .brightness(delta: 63), .contrast(lower: 0.2, upper: 1.8),
        .cutout(size: 8), .alternatingFlip,
      ], layout: .nhwc, seed: 1)

    #expect(
      transform.draws(epoch: 2, record: 3) == [
        .offset(row: 5, column: 1), .mirrors(true), .shift(5.628266462837674), .factor(1.400900728865702),
        .centre(row: 15, column: 5), .mirrors(true),
      ])
  }
}
