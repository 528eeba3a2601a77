/// A random number as a pure function of a key and a counter.
///
/// There is no state that threads could share: a generator is a 64-bit key, and the word at a counter is
/// always the same word, whoever asks for it and in whatever order. Keys for the purposes, epochs and records
/// of a run are derived from its seed with ``derived(_:)``.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014), the
/// SplitMix64 sequence in its counter form: word `i` is the finaliser of `key + (i + 1) * golden gamma`.
@frozen
public struct CounterGenerator: Sendable, Equatable {
  /// The key; equal keys give equal sequences on every platform.
  public let key: UInt64

  /// A generator whose words depend on `key` alone.
  @inlinable public init(key: UInt64) {
    self.key = key
  }

  /// The 64 random bits at `counter`.
  @inlinable public func word(_ counter: UInt64) -> UInt64 {
    Self.mixed(key &+ (counter &+ 1) &* 0x9e37_79b9_7f4a_7c15)
  }

  /// A generator for one part of the work, such as an epoch, independent of those for the other parts.
  @inlinable public func derived(_ part: UInt64) -> CounterGenerator {
    CounterGenerator(key: Self.mixed(word(part) ^ 0xd1b5_4a32_d192_ed03))
  }

  /// A whole number in `0 ..< bound`, from the word at `counter`.
  ///
  /// The bias is below `bound / 2^64`, which no run is long enough to show.
  /// Source: D. Lemire, "Fast Random Integer Generation in an Interval" (2019), without the rejection step.
  ///
  /// - Parameter bound: At least 1.
  @inlinable public func integer(below bound: UInt64, at counter: UInt64) -> UInt64 {
    word(counter).multipliedFullWidth(by: bound).high
  }

  /// A number in `[0, 1)` with 53 random bits, from the word at `counter`.
  @inlinable public func unit(at counter: UInt64) -> Double {
    Double(word(counter) >> 11) * 0x1p-53
  }

  /// The SplitMix64 finaliser, a bijection of 64-bit words.
  @inlinable static func mixed(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

extension CounterGenerator {
  /// Puts `elements` into random order; each order is equally likely.
  ///
  /// A pure function of the key and their number; uses the words at the counters below it.
  ///
  /// Source: R. Fisher, F. Yates, in the form of R. Durstenfeld, "Algorithm 235: Random permutation" (1964).
  @inlinable public func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    elements.withUnsafeMutableBufferPointer { elements in
      var last = elements.count - 1
      while last > 0 {
        let chosen = integer(below: UInt64(last + 1), at: UInt64(last))
        elements.swapAt(last, Int(truncatingIfNeeded: chosen))
        last -= 1
      }
    }
  }
}
