import InputPipeline

@testable import CIFAR

/// Random lists of operations that compile, each a function of its seed.
struct RandomChain {
  private let generator: CounterGenerator
  private var counter: UInt64 = 0
  private var side = 32
  /// The most parts that frames and cutouts can have become.
  private var parts = 0
  private(set) var operations: [ImageOperation] = []

  /// A list of 1 to 8 operations; only such as bytes can hold for `elementType` uint8.
  init(seed: UInt64, elementType: ElementType) {
    generator = CounterGenerator(key: seed).derived(elementType == .uint8 ? 1 : 0)
    for _ in 0...Int.random(in: 0...7, using: &self) { append(elementType: elementType) }
  }

  private mutating func append(elementType: ElementType) {
    switch Int.random(in: 0..<(elementType == .uint8 ? 11 : 13), using: &self) {
    case 0: operations.append(.crop(size: newSide()))
    case 1: operations.append(.randomCrop(size: newSide()))
    case 2:
      // A wide margin lets a later crop lose the record altogether.
      let margin = Int.random(in: 0...7, using: &self) == 0 ? 33 : Int.random(in: 0...6, using: &self)
      guard side + 2 * margin <= 110 else { return }
      operations.append(.pad(margin: margin))
      side += 2 * margin
      parts += 1
    case 3: operations.append(.flip)
    case 4:
      operations.append(.cutout(size: Int.random(in: 1...40, using: &self)))
      parts += 1
    case 5: operations.append(.alternatingFlip)
    case 6:
      guard let margin = newMargin(), side + 2 * margin <= 110 else { return }
      operations.append(.reflectingPad(margin: margin))
      side += 2 * margin
    case 7:
      guard let margin = newMargin() else { return }
      operations.append(.translate(margin: margin))
    case 8: operations.append(.brightness(delta: number(0...90)))
    case 9:
      let lower = number(0...1.2)
      operations.append(.contrast(lower: lower, upper: lower + number(0.1...1)))
    case 10: operations.append(.scale(factor: number(-2...2)))
    case 11: operations.append(.standardize)
    default:
      operations.append(
        .normalize(
          mean: [number(0...1), number(0...1), number(0...1)],
          deviation: [number(0.1...1), number(0.1...1), number(0.1...1)]))
    }
  }

  /// A margin in which the image can be mirrored, now and then the widest; nil where there were many parts.
  private mutating func newMargin() -> Int? {
    let widest = Int.random(in: 0...5, using: &self) == 0 ? side - 1 : min(side - 1, 6)
    guard 9 * parts <= ImageOperation.reflectedPartLimit, 3 * side <= 400 else { return nil }
    parts *= 9
    return Int.random(in: 0...widest, using: &self)
  }

  /// A size of a crop, now and then the whole image or very small.
  private mutating func newSide() -> Int {
    switch Int.random(in: 0...5, using: &self) {
    case 0: break
    case 1: side = Int.random(in: 1...min(9, side), using: &self)
    default: side = Int.random(in: 1...side, using: &self)
    }
    return side
  }

  /// Two digits after the point, so that a failing list is short to write down.
  private mutating func number(_ range: ClosedRange<Double>) -> Double {
    (Double.random(in: range, using: &self) * 100).rounded() / 100
  }
}

extension RandomChain: RandomNumberGenerator {
  mutating func next() -> UInt64 {
    counter += 1
    return generator.word(counter)
  }
}
