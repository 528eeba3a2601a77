import Threads

/// Counts epochs, and ends after a given number of them.
///
/// Any number of threads may count; each number is given out once.
/// Source: TensorFlow 1.x, `limit_epochs` and `core/kernels/count_up_to_op.cc`. The counter belongs to its
/// owner, so it needs no initialiser to be run.
public final class EpochCounter: Sendable {
  /// The first number that is not given out; `nil` means that there is no end.
  public let end: Int?

  private let following: Monitor<Int>

  /// A counter whose next number is `first`.
  ///
  /// - Parameters:
  ///   - limit: How many numbers are given out, at least 1; `nil` means without end.
  ///   - first: The first number, at least 0 (traps otherwise): more than 0 goes on with an earlier run.
  /// - Throws: ``ProducerError/epochLimitTooSmall(found:)``.
  public init(limit: Int? = nil, first: Int = 0) throws(ProducerError) {
    require(first >= 0, "epoch counter: epochs are counted from 0, not \(first)")
    if let limit, limit < 1 { throw .epochLimitTooSmall(found: limit) }
    end = limit.map { first + $0 }
    following = Monitor(first)
  }

  /// The number that ``next()`` would give out; stays at ``end`` once that is reached.
  public var count: Int { following.withLock { $0 } }

  /// The next number, or `nil` once the limit is reached, and for ever after.
  public func next() -> Int? {
    following.withLock { following in
      if let end, following >= end { return nil }
      defer { following += 1 }
      return following
    }
  }
}
