/// How far work is, as one line for people: what is done, how much of it, how fast, and how much longer it takes.
struct Progress: Sendable, Equatable {
  /// What is counted.
  enum Unit: Sendable, Equatable {
    case bytes
    /// Things of this name, such as `images`.
    case things(String)
  }

  /// What is being done, such as `extracting`.
  let work: String
  var unit = Unit.bytes
  let done: Int
  /// How much there is; `nil` where nobody knows.
  var total: Int?
  /// How much is done in a second; `nil` as long as nobody can tell.
  var rate: Double?
  /// What a narrow terminal can do without, such as where bytes come from.
  var note = ""

  /// The line in at most `columns` columns: what matters least is left out first, and the end is cut at last.
  func text(columns: Int) -> String {
    let parts = [work, amount, share, speed, timeLeft, note]
    // Note, speed, total, in this order.
    let shorter = [parts, parts.dropLast(), [work, amount, share, timeLeft], [work, part, share, timeLeft]]
    let lines = shorter.map { $0.filter { !$0.isEmpty }.joined(separator: "  ").replacing("  (", with: " (") }
    return lines.first { $0.count <= columns } ?? String(lines.last!.prefix(columns))
  }

  /// What is done, without how much there is.
  private var part: String { quantity(done) }

  private var amount: String {
    guard let total else { return part }
    switch unit {
    case .bytes: return "\(part) of \(quantity(total))"
    case .things: return "\(Quantity.grouped(done)) of \(quantity(total))"
    }
  }

  private var share: String {
    guard let total, total > 0 else { return "" }
    return "(\(min(100, done * 100 / total)) %)"
  }

  private var speed: String {
    guard let rate else { return "" }
    switch unit {
    case .bytes: return Quantity.rate(rate)
    case .things(let name): return "\(Quantity.short(min(max(rate, 0), 1e15))) \(name)/s"
    }
  }

  /// Rounded up, so that there is no time left only when nothing is.
  private var timeLeft: String {
    guard let total, let rate, rate > 0, total > done else { return "" }
    return "\(Quantity.seconds(Int(min((Double(total - done) / rate).rounded(.up), 1e9)))) left"
  }

  private func quantity(_ count: Int) -> String {
    switch unit {
    case .bytes: Quantity.bytes(count)
    case .things(let name): "\(Quantity.grouped(count)) \(name)"
    }
  }
}

/// Measures how fast work goes on, over its last few seconds.
///
/// The clock is the caller's: every time is counted from any fixed point.
struct ProgressMeter: Sendable {
  /// The time over which the rate is measured.
  static let window = Duration.seconds(5)

  private var samples: [(time: Duration, done: Int)]

  /// A meter of work that begins at `start` with nothing done.
  init(start: Duration) {
    samples = [(start, 0)]
  }

  /// Notes that so much is done, and tells how much that is in a second; `nil` where nothing can be told yet.
  ///
  /// Called a few times in a second: each call is remembered for as long as the window.
  mutating func rate(_ done: Int, at now: Duration) -> Double? {
    // Work that begins again, such as a second pass, is measured anew.
    if done < samples[samples.count - 1].done { samples = [(now, done)] }
    samples.append((now, done))
    while samples.count > 2, samples[1].time <= now - Self.window { samples.removeFirst() }
    let elapsed = now - samples[0].time
    return elapsed > .zero ? Double(done - samples[0].done) / elapsed.inSeconds : nil
  }
}
