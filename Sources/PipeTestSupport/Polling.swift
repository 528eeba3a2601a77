import Platform

/// Looks every millisecond whether `condition` holds: for what tells nobody that it has changed, such as a file.
///
/// - Returns: Whether it held before the time was over.
public func becomesTrue(within limit: Duration = .seconds(30), _ condition: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + limit
  while !condition() {
    guard .now < deadline else { return false }
    usleep(1000)
  }
  return true
}
