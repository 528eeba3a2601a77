import InputPipeline

/// What the random choices of one operation depend on, besides the seed, the epoch and the record.
///
/// It is the kind of choice and how many operations before this one make the same kind of choice. So an
/// operation that is added elsewhere in the list does not change what this one draws.
struct TransformRandomness: Equatable {
  /// The kinds of choice; their numbers are part of the order contract and never change.
  enum Kind: UInt64 {
    /// Where a random crop begins.
    case offset = 1
    /// Whether a flip mirrors.
    case mirroring = 2
    /// What brightness adds.
    case shift = 3
    /// By what contrast multiplies.
    case factor = 4
    /// The centre of a cutout.
    case centre = 5
    /// Whether an alternating flip mirrors in the first epoch, and so in every other one after it.
    case firstMirroring = 6
  }

  let kind: Kind
  /// How many operations before this one make the same kind of choice.
  let occurrence: Int

  /// What sets the choices of transforms apart from all others under one seed ("transfor" in ASCII).
  private static let purpose: UInt64 = 0x7472_616e_7366_6f72

  /// The generator for all epochs under `seed`; the one for an epoch is derived from it.
  func generator(seed: UInt64) -> CounterGenerator {
    CounterGenerator(key: seed).derived(Self.purpose).derived(kind.rawValue).derived(UInt64(occurrence))
  }

  /// The generator for one epoch, from the one for all.
  func generator(_ generator: CounterGenerator, epoch: UInt64) -> CounterGenerator {
    // What is decided once for all epochs is decided in the first.
    generator.derived(kind == .firstMirroring ? 0 : epoch)
  }
}

/// The random choices of the operations, each a function of its generator and the record's number alone.
///
/// A generator belongs to one operation in one epoch. An operation that needs two numbers takes the words
/// 2 n and 2 n + 1 of record n, all others word n.
extension CounterGenerator {
  /// Two choices, the first below `rows` and the second below `columns`.
  @inline(__always)
  func position(rows: Int, columns: Int, record: UInt64) -> (row: Int, column: Int) {
    let row = integer(below: UInt64(truncatingIfNeeded: rows), at: 2 &* record)
    let column = integer(below: UInt64(truncatingIfNeeded: columns), at: 2 &* record &+ 1)
    return (Int(truncatingIfNeeded: row), Int(truncatingIfNeeded: column))
  }

  /// True in one of two cases: for a number u of [0, 1), where u < 0.5.
  @inline(__always)
  func isChosen(record: UInt64) -> Bool { unit(at: record) < 0.5 }

  /// A number from -`delta` up to but not including `delta`.
  @inline(__always)
  func shift(delta: Double, record: UInt64) -> Double { delta * (2 * unit(at: record) - 1) }

  /// A number from `lower` up to but not including `upper`.
  @inline(__always)
  func factor(lower: Double, upper: Double, record: UInt64) -> Double {
    // Rounding may reach the upper bound itself.
    min(lower + (upper - lower) * unit(at: record), upper.nextDown)
  }
}
