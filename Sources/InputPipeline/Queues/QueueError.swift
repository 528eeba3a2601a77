/// Why a queue refused an operation.
///
/// The normal end of input is no error: it is `nil` from a dequeue.
public enum QueueError: Error, Equatable, Sendable {
  /// The queue is closed, or was closed with its pending enqueues cancelled; TensorFlow's Cancelled.
  case closed(queue: String)
  /// The deadline passed first; the queue is as if the call had not been made. TensorFlow's DeadlineExceeded.
  case deadlineExceeded(queue: String)
  /// A random shuffle queue of this capacity could never give out an element.
  case minimumNotBelowCapacity(queue: String, minAfterDequeue: Int, capacity: Int)
  /// A random shuffle queue of this capacity could never fill the pool that a batch is drawn from.
  case poolAboveCapacity(queue: String, minAfterDequeue: Int, batchSize: Int, capacity: Int)
}

extension QueueError: CustomStringConvertible {
  /// One line: the queue, and what is wrong.
  public var description: String {
    switch self {
    case .closed(let queue): "queue '\(queue)': is closed"
    case .deadlineExceeded(let queue): "queue '\(queue)': deadline exceeded"
    case .minimumNotBelowCapacity(let queue, let minimum, let capacity):
      "queue '\(queue)': the minimum after a dequeue must be below the capacity "
        + "(expected at least 0 and below \(capacity), found \(minimum))"
    case .poolAboveCapacity(let queue, let minimum, let batchSize, let capacity):
      "queue '\(queue)': the capacity must be at least the minimum after a dequeue plus a batch, or it could "
        + "never deliver (expected at least \(minimum) + \(batchSize), found \(capacity))"
    }
  }
}
