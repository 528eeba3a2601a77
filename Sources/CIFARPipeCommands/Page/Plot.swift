/// A figure with two axes: shapes that are stretched to the room at hand, and letters that are not.
///
/// The letters of an axis are HTML beside the drawing, so that they are as large on a phone as on a screen.
struct Plot {
  /// A place on an axis, from 0 to 1, and what is written there.
  typealias Tick = (place: Double, text: String)

  /// What is written at an axis: its name with its unit, and its ticks.
  struct Axis {
    let name: String
    let ticks: [Tick]

    /// An axis from 0 to at least `greatest`, with whole steps of 1, 2 or 5.
    init(_ name: String, upTo greatest: Double, text: (Double) -> String) {
      let top = Self.top(greatest)
      self.name = name
      ticks = Self.steps(upTo: top).map { ($0 / top, text($0)) }
    }

    init(_ name: String, ticks: [Tick]) {
      self.name = name
      self.ticks = ticks
    }

    /// The end of an axis that has to reach `greatest`.
    static func top(_ greatest: Double) -> Double {
      let step = step(greatest)
      return max(1, (greatest / step - 1e-9).rounded(.up)) * step
    }

    private static func steps(upTo top: Double) -> [Double] {
      let step = step(top)
      return (0...Int((top / step).rounded())).map { Double($0) * step }
    }

    /// 1, 2 or 5 times a power of ten, of which about four make the number.
    private static func step(_ greatest: Double) -> Double {
      guard greatest > 0, greatest.isFinite else { return 1 }
      var power = 1.0
      while power * 10 <= greatest / 3 { power *= 10 }
      while power > greatest / 3 { power /= 10 }
      return [5, 2, 1].map { $0 * power }.first { $0 <= greatest / 3 } ?? power
    }
  }

  /// The figure's name.
  let title: String
  /// What it shows, for those who do not see it.
  let description: String
  let horizontal: Axis
  let vertical: Axis
  /// What the colours mean: a class of a series, and its name.
  var legend: [(series: Int, name: String)] = []
  /// What stands below.
  var caption = ""

  /// The width and the height of the drawing, in units of its shapes.
  static let size = (width: 1000.0, height: 500.0)

  /// A place of the drawing, from fractions of its axes.
  static func place(_ x: Double, _ y: Double) -> String {
    "\(number(x * size.width)) \(number((1 - y) * size.height))"
  }

  /// A number with a digit behind the point at most.
  static func number(_ value: Double) -> String {
    let text = Quantity.fixed(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The figure around its shapes.
  func html(_ shapes: String) -> String {
    let grid = vertical.ticks.map {
      Markup.empty("path", ["class": "grid", "d": "M\(Self.place(0, $0.place)) L\(Self.place(1, $0.place))"])
    }.joined()
    let drawing = Markup.element(
      "svg",
      [
        "viewBox": "0 0 \(Self.number(Self.size.width)) \(Self.number(Self.size.height))",
        "preserveAspectRatio": "none", "role": "img", "aria-label": description,
      ], grid + shapes)
    let keys = legend.map {
      Markup.element(
        "li", [:], Markup.element("i", ["class": "key s\($0.series)"], "") + Markup.text($0.name))
    }.joined()
    return Markup.element(
      "figure", ["class": "plot"],
      Markup.element("h3", [:], Markup.text(title))
        + Markup.element("div", ["class": "name-y"], Markup.text(vertical.name))
        + Markup.element(
          "div", ["class": "area"],
          Markup.element(
            "div", ["class": "axis-y", "aria-hidden": "true"], Self.labels(vertical.ticks, "bottom"))
            + drawing
            + Markup.element(
              "div", ["class": "axis-x", "aria-hidden": "true"], Self.labels(horizontal.ticks, "left")))
        + Markup.element("div", ["class": "name-x"], Markup.text(horizontal.name))
        + (keys.isEmpty ? "" : Markup.element("ul", ["class": "legend"], keys))
        + (caption.isEmpty ? "" : Markup.element("figcaption", [:], Markup.text(caption))))
  }

  private static func labels(_ ticks: [Tick], _ side: String) -> String {
    ticks.map { tick in
      Markup.element(
        "span", ["style": "\(side):\(Quantity.fixed(tick.place * 100, digits: 2))%"], Markup.text(tick.text))
    }.joined()
  }
}
