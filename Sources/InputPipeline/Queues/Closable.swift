/// Something that producers fill and that ends: what a queue runner needs to know of its queue.
public protocol Closable: AnyObject, Sendable {
  /// The name used in error messages, thread names and statistics.
  var name: String { get }

  /// Ends the input; see ``BlockingQueue/close(cancelPendingEnqueues:)``.
  func close(cancelPendingEnqueues: Bool)
}
