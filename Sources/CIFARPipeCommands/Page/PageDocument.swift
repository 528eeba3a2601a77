/// One page that needs nothing but itself: no network, no script, no font; for screens of any width, light or dark, and
/// for paper.
struct PageDocument {
  private let content: PageContent

  init(_ content: PageContent) {
    self.content = content
  }

  /// The page, which is well-formed XML as well.
  var html: String {
    "<!DOCTYPE html>\n"
      + Markup.element("html", ["lang": "en"], head + Markup.element("body", [:], main)) + "\n"
  }

  private var head: String {
    Markup.element(
      "head", [:],
      Markup.empty("meta", ["charset": "utf-8"])
        // Whoever opens the page sees that it asks nobody for anything.
        + Markup.empty(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
          ])
        + Markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        + Markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
        + Markup.empty("link", ["rel": "icon", "href": "data:,"])
        + Markup.element("title", [:], Markup.text("cifar-pipe bench: \(content.headline)"))
        + Markup.element("style", [:], PageStyle.text))
  }

  private var main: String {
    Markup.element(
      "main", [:],
      [
        heading, section("How fast", rates), points, sheet, tables,
        section("What was measured", configuration),
      ].joined())
  }

  private var heading: String {
    let figures = content.figures.map {
      Markup.element(
        "div", [:],
        Markup.element("dt", [:], Markup.text($0.name)) + Markup.element("dd", [:], Markup.text($0.value)))
    }.joined()
    let warnings = content.warnings.map { Markup.element("li", [:], Markup.text(Self.sentence($0))) }.joined()
    return Markup.element(
      "header", [:],
      Markup.element("p", ["class": "kind"], "cifar-pipe bench")
        + Markup.element("h1", [:], Markup.text(content.headline))
        + Markup.element("p", ["class": "lead"], Markup.text(Self.sentence(content.summary)))
        + Markup.element("dl", ["class": "figures"], figures)
        + (warnings.isEmpty ? "" : Markup.element("ul", ["class": "warnings"], warnings)))
  }

  private var rates: String {
    PageFigures.rates(content.rates)
      + content.ranking.map { Markup.element("p", ["class": "ranking"], Markup.text(Self.sentence($0))) }
      .joined()
  }

  /// A section for each point: the verdict and its figures.
  private var points: String {
    content.points.map { point in
      let verdict = content.points.count > 1 ? Self.sentence(point.verdict) : ""
      let figures =
        PageFigures.fills(point.fills) + PageFigures.waits(point.waits, marks: point.waitMarks)
        + (point.order.map(PageFigures.order) ?? "")
      return section(
        point.label.isEmpty ? "What happened" : "What happened with \(point.label)",
        (verdict.isEmpty ? "" : Markup.element("p", [:], Markup.text(verdict)))
          + Markup.element("div", ["class": "plots"], figures))
    }.joined()
  }

  private var sheet: String {
    guard let sheet = content.sheet else { return "" }
    return section(
      "A batch",
      Markup.empty(
        "img",
        [
          "class": "sheet", "alt": sheet.text, "src": "data:image/png;base64," + Markup.base64(sheet.png),
        ]) + Markup.element("p", ["class": "note"], Markup.text(Self.sentence(sheet.text))))
  }

  private var tables: String {
    content.tables.isEmpty ? "" : section("All figures", content.tables.map(Self.table).joined())
  }

  private static func table(_ table: PageContent.Table) -> String {
    let head = table.head.map { Markup.element("th", ["scope": "col"], Markup.text($0)) }.joined()
    let rows = table.rows.map { row in
      Markup.element("tr", [:], row.map { Markup.element("td", [:], Markup.text($0)) }.joined())
    }.joined()
    return Markup.element(
      "div", ["class": "table", "tabindex": "0"],
      Markup.element(
        "table", [:],
        Markup.element("thead", [:], Markup.element("tr", [:], head)) + Markup.element("tbody", [:], rows)))
  }

  private var configuration: String {
    let items = content.configuration.map {
      Markup.element("dt", [:], Markup.text($0.name)) + Markup.element("dd", [:], Markup.text($0.value))
    }.joined()
    return Markup.element("dl", ["class": "settings"], items)
      + Markup.element("p", ["class": "note"], "The same again:")
      + Markup.element("pre", [:], Markup.element("code", [:], Markup.text(content.command)))
  }

  private func section(_ title: String, _ body: String) -> String {
    Markup.element("section", [:], Markup.element("h2", [:], Markup.text(title)) + body)
  }

  /// A text with a capital letter at its beginning and a full stop at its end.
  private static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    let end = text.last.map { ".:!?".contains($0) } == true ? "" : "."
    return first.uppercased() + text.dropFirst() + end
  }
}
