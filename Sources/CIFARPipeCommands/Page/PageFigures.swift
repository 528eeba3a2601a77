import Platform

/// The figures of the page, each made of the values that it shows.
enum PageFigures {
  // MARK: How fast

  /// A bar for each rate, with a dot for each run.
  static func rates(_ rates: [PageContent.Rate]) -> String {
    let greatest = rates.flatMap { $0.runs + [$0.median] }.max() ?? 0
    let axis = Plot.Axis("images/s", upTo: greatest) { Quantity.grouped(Int($0)) }
    let top = max(Plot.Axis.top(greatest), .leastNormalMagnitude)
    func percent(_ rate: Double) -> String { Quantity.fixed(rate / top * 100, digits: 2) + "%" }
    let bars = rates.map { rate in
      let (least, most) = (rate.runs.min() ?? rate.median, rate.runs.max() ?? rate.median)
      let marks =
        Markup.element("i", ["class": "bar", "style": "width:\(percent(rate.median))"], "")
        + Markup.element(
          "i", ["class": "spread", "style": "left:\(percent(least));width:\(percent(most - least))"], "")
        + rate.runs.map { Markup.element("i", ["class": "run", "style": "left:\(percent($0))"], "") }.joined()
      return Markup.element(
        "li", [:],
        Markup.element("span", ["class": "label"], Markup.text(rate.label.isEmpty ? "all runs" : rate.label))
          + Markup.element("span", ["class": "track", "aria-hidden": "true"], marks)
          + Markup.element("span", ["class": "value"], Markup.text(rate.text)))
    }.joined()
    let ticks = axis.ticks.map {
      Markup.element(
        "span", ["style": "left:\(Quantity.fixed($0.place * 100, digits: 2))%"], Markup.text($0.text))
    }.joined()
    return Markup.element("ul", ["class": "rates"], bars)
      + Markup.element("div", ["class": "rate-axis", "aria-hidden": "true"], ticks)
      + Markup.element(
        "p", ["class": "note"],
        "Images per second. A bar is the median, a dot a run, the line from the slowest to the fastest.")
  }

  // MARK: The queues

  /// How full the queues were in the course of a run; empty without a look.
  static func fills(_ fills: [PageContent.Fill]) -> String {
    let end = fills.flatMap(\.points).map(\.seconds).max() ?? 0
    guard end > 0 else { return "" }
    let unit = end < 1 ? (name: "ms", factor: 1000.0) : (name: "s", factor: 1.0)
    let horizontal = Plot.Axis("time since the start, \(unit.name)", upTo: end * unit.factor) {
      Quantity.fixed($0, digits: $0 == $0.rounded() ? 0 : 1)
    }
    let top = Plot.Axis.top(end * unit.factor) / unit.factor
    let shapes = fills.enumerated().map { number, fill in
      let places = fill.points.map { Plot.place($0.seconds / top, min(1, max(0, $0.share))) }
      return Markup.empty(
        "path", ["class": "line s\(number + 1)", "d": "M" + places.joined(separator: " L")])
    }.joined()
    let means = fills.map { fill in
      let mean = fill.points.map(\.share).reduce(0, +) / Double(max(1, fill.points.count))
      return "\(fill.name) \(Quantity.percent(mean))"
    }
    let text = "On average so much was full: " + means.joined(separator: ", ") + "."
    return Plot(
      title: "How full the queues were", description: text, horizontal: horizontal,
      vertical: Plot.Axis(
        "share of the capacity",
        ticks: stride(from: 0, through: 100, by: 25).map { (Double($0) / 100, "\($0) %") }),
      legend: fills.enumerated().map { ($0 + 1, $1.name) },
      caption:
        "A full queue waits for the stage behind it, an empty one for the stage before it. " + text
    ).html(shapes)
  }

  // MARK: Waiting

  /// How long batches were waited for; empty without a batch.
  static func waits(_ waits: [PageContent.Wait], marks: [(name: String, seconds: Double)]) -> String {
    let all = waits.reduce(0) { $0 + $1.count }
    guard all > 0, let first = waits.first?.seconds.lowerBound, let last = waits.last?.seconds.upperBound
    else { return "" }
    let scale = LogarithmicScale(first..<last)
    let greatest = Double(waits.map(\.count).max() ?? 1) / Double(all) * 100
    let top = Plot.Axis.top(greatest)
    let bars = waits.filter { $0.count > 0 }.map { wait in
      let (left, right) = (scale.place(wait.seconds.lowerBound), scale.place(wait.seconds.upperBound))
      let height = Double(wait.count) / Double(all) * 100 / top
      return Markup.empty(
        "rect",
        [
          "class": "bar s1", "x": Plot.number(left * Plot.size.width),
          "y": Plot.number((1 - height) * Plot.size.height),
          "width": Plot.number(max(1, (right - left) * Plot.size.width - 2)),
          "height": Plot.number(height * Plot.size.height),
        ])
    }.joined()
    let lines = marks.map {
      let place = min(1, max(0, scale.place($0.seconds)))
      return Markup.empty(
        "path", ["class": "mark", "d": "M\(Plot.place(place, 0)) L\(Plot.place(place, 1))"])
    }.joined()
    let words = marks.map { "\($0.name) within \(Quantity.time($0.seconds))" }.joined(separator: ", ")
    return Plot(
      title: "How long batches were waited for",
      description: "Histogram of the waits for \(Quantity.grouped(all)) batches: \(words)",
      horizontal: Plot.Axis("time that the consumer waited for a batch", ticks: scale.ticks),
      vertical: Plot.Axis("share of the batches", upTo: greatest) {
        Quantity.fixed($0, digits: $0 == $0.rounded() ? 0 : 1) + " %"
      },
      caption: "\(Quantity.grouped(all)) batches of all runs: \(words) (the lines)."
    ).html(bars + lines)
  }

  /// A scale of times on which each power of ten takes as much room as any other.
  private struct LogarithmicScale {
    private let decades: ClosedRange<Int>

    /// A scale of whole powers of ten around a range of times above 0.
    init(_ range: Range<Double>) {
      let first = Self.exponent(range.lowerBound)
      let last = Self.exponent(range.upperBound * 0.999_999) + 1
      decades = first...max(first + 1, last)
    }

    func place(_ seconds: Double) -> Double {
      (Self.logarithm(max(seconds, 1e-12)) - Double(decades.lowerBound)) / Double(decades.count - 1)
    }

    var ticks: [Plot.Tick] {
      // More than five do not fit side by side on a phone.
      stride(from: decades.lowerBound, through: decades.upperBound, by: decades.count > 5 ? 2 : 1).map {
        exponent in
        let unit =
          exponent < -6 ? (-9, "ns") : exponent < -3 ? (-6, "µs") : exponent < 0 ? (-3, "ms") : (0, "s")
        let value = ["1", "10", "100"][min(2, exponent - unit.0)]
        return (Double(exponent - decades.lowerBound) / Double(decades.count - 1), "\(value) \(unit.1)")
      }
    }

    private static func exponent(_ seconds: Double) -> Int { Int((logarithm(seconds) + 1e-9).rounded(.down)) }
    private static func logarithm(_ value: Double) -> Double { log10(value) }
  }

  // MARK: The order

  /// Where the records of an epoch came from.
  static func order(_ order: PageContent.Order) -> String {
    let count = Double(order.recordCount)
    func axis(_ name: String) -> Plot.Axis {
      let top = Plot.Axis.top(count)
      let all = Plot.Axis(name, upTo: count) { Quantity.grouped(Int($0)) }.ticks
      // Numbers of six figures are as wide as a fifth of a phone.
      let ticks = all.count > 4 ? stride(from: 0, to: all.count, by: 2).map { all[$0] } : all
      return Plot.Axis(
        name, ticks: ticks.map { ($0.place * top / count, $0.text) }.filter { $0.place <= 1.001 })
    }
    // A line without length and with round ends is a dot that is not stretched.
    let dots = order.points.map { "M\(Plot.place($0.delivered, $0.source))h0" }.joined()
    return Plot(
      title: "Where the records came from", description: order.text,
      horizontal: axis("place in the order of delivery"),
      vertical: axis("place in the source"),
      caption: "\(order.text) Without shuffling all dots would lie on the line."
    ).html(
      Markup.empty("path", ["class": "mark", "d": "M\(Plot.place(0, 0)) L\(Plot.place(1, 1))"])
        + Markup.empty("path", ["class": "dots s1", "d": dots]))
  }
}
