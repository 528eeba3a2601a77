/// Runs a test body once for each way in which its choices can be made.
///
/// The body asks ``Choices/choose(among:)`` wherever the order of events is open, and must otherwise do the
/// same in every run. The walk is depth first: each run repeats the choices of the one before up to the last
/// that has an alternative left, and takes that alternative.
public enum Interleavings {
  /// Runs `body` for every sequence of choices; traps after `limit` runs, which is a script too long to walk.
  ///
  /// - Returns: The number of runs.
  public static func walk(limit: Int = 1_000_000, _ body: (Choices) -> Void) -> Int {
    let choices = Choices()
    var runs = 0
    repeat {
      precondition(runs < limit, "more than \(limit) interleavings")
      choices.rewind()
      body(choices)
      runs += 1
    } while choices.advance()
    return runs
  }
}

/// The choices of one run of ``Interleavings/walk(limit:_:)``.
public final class Choices {
  private var path: [(chosen: Int, count: Int)] = []
  private var depth = 0

  /// What was chosen so far in this run; printed with a failure, it tells the way there.
  public var history: [Int] { path[..<depth].map(\.chosen) }

  /// One of the numbers `0 ..< count`, each of them in some run; `count` is at least 1.
  public func choose(among count: Int) -> Int {
    defer { depth += 1 }
    if depth == path.count { path.append((0, count)) }
    precondition(path[depth].count == count, "the body behaves differently when it is repeated")
    return path[depth].chosen
  }

  fileprivate func rewind() {
    depth = 0
  }

  /// Moves to the next sequence of choices; returns whether there is one.
  fileprivate func advance() -> Bool {
    path.removeSubrange(depth...)
    while let last = path.last, last.chosen + 1 == last.count { path.removeLast() }
    guard !path.isEmpty else { return false }
    path[path.count - 1].chosen += 1
    return true
  }
}
