/// Why a queue refused an operation.
///
/// The normal end of input is no error: it is `nil` from a dequeue.
public enum QueueError: Error, Equatable, Sendable {
  /// The queue is closed, or was closed with its pending enqueues cancelled; TensorFlow's Cancelled.
  ///
  /// - `storedCount`: The elements of an enqueue of many that are in the queue all the same: its first ones.
  case closed(queue: String, storedCount: Int = 0)
  /// The deadline passed first; TensorFlow's DeadlineExceeded. But for the first `storedCount` elements of an
  /// enqueue of many, which stay, the queue is as if the call had not been made.
  case deadlineExceeded(queue: String, storedCount: Int = 0)
  /// The wait was ended by its ``WaitCancellation``; what stays is as with the deadline. TensorFlow's Cancelled.
  case cancelled(queue: String, storedCount: Int = 0)
  /// A random shuffle queue of this capacity could never give out an element.
  case minimumNotBelowCapacity(queue: String, minAfterDequeue: Int, capacity: Int)
  /// A random shuffle queue of this capacity could never fill the pool that a batch is drawn from.
  case poolAboveCapacity(queue: String, minAfterDequeue: Int, batchSize: Int, capacity: Int)
}

extension QueueError: CustomStringConvertible {
  /// One line: the queue, and what is wrong.
  public var description: String {
    switch self {
    case .closed(let queue, let storedCount): "queue '\(queue)': is closed" + Self.stored(storedCount)
    case .deadlineExceeded(let queue, let storedCount):
      "queue '\(queue)': deadline exceeded" + Self.stored(storedCount)
    case .cancelled(let queue, let storedCount):
      "queue '\(queue)': the wait was cancelled" + Self.stored(storedCount)
    case .minimumNotBelowCapacity(let queue, let minimum, let capacity):
      "queue '\(queue)': the minimum after a dequeue must be below the capacity "
        + "(expected at least 0 and below \(capacity), found \(minimum))"
    case .poolAboveCapacity(let queue, let minimum, let batchSize, let capacity):
      "queue '\(queue)': the capacity must be at least the minimum after a dequeue plus a batch, or it could "
        + "never deliver (expected at least \(minimum) + \(batchSize), found \(capacity))"
    }
  }

  private static func stored(_ count: Int) -> String {
    count == 0 ? "" : ", the first \(count) elements are stored"
  }
}
