import ArgumentParser

/// A duration of the command line with its unit: `12ms`, `250us`, `1.5s`.
struct StepTime: ExpressibleByArgument, Sendable {
  /// The duration; above 0 and at most an hour.
  let duration: Duration

  init?(argument: String) {
    let units: [(String, Double)] = [("us", 1e-6), ("ms", 1e-3), ("s", 1)]
    guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Double(argument.dropLast(unit.count)), number > 0, number * factor <= 3600
    else { return nil }
    duration = .nanoseconds(Int64(number * factor * 1e9))
  }
}
