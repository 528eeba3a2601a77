import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// The page of `bench --html`, made of values.
@Suite("Page", .timeLimit(.minutes(2)))
struct PageTests {
  /// A page with all of its parts, and texts that would break one that does not escape them.
  static let content = PageContent(
    headline: "240,112 images/s, limited by the workers",
    summary: "the workers are <busy> & \"nobody\" waits",
    figures: [
      .init(name: "images/s", value: "240,112 ± 2 %"), .init(name: "first batch after", value: "24.10 ms"),
      .init(name: "wait for a batch, p99", value: "1.20 ms"), .init(name: "most memory", value: "176.1 MB"),
    ], warnings: ["the runs differ by ± 14 %: a quiet machine or longer runs help"],
    rates: [1, 2, 4].map(rate), ranking: ["threads 4 is 1.95 ± 0.06 times as fast as threads 2"],
    tables: [
      .init(
        head: ["threads", "images/s", "slowest", "fastest", "limited by"],
        rows: [
          ["1", "98,112", "97,000", "99,100", "workers"], ["2", "195,020", "190,117", "199,001", "workers"],
        ])
    ], points: ["threads 2", "threads 4"].map(point),
    sheet: ([0x89, 0x50], "The first batch: random-crop:24,flip,brightness:63,contrast:0.2:1.8,standardize"),
    configuration: [
      .init(name: "machine", value: "2 processors, AVX2"), .init(name: "data", value: "a<b>c/\u{1b}[0m"),
    ], command: "cifar-pipe bench --threads 1,2,4 --html 'a & b.html'")

  private static func rate(threads: Int) -> PageContent.Rate {
    let runs: [Double] = (0..<8).map { run in
      let loss = 0.01 * Double(run * threads)
      return Double(100_000 * threads) * (1 - loss)
    }
    let text = "\(Quantity.short(runs[4])) ± \(threads) %"
    return PageContent.Rate(label: "threads \(threads)", runs: runs, median: runs[4], text: text)
  }

  private static func point(label: String) -> PageContent.Point {
    let order: [(delivered: Double, source: Double)] = (0..<400).map { place in
      (Double(place) / 400, (Double(place) * 0.618).truncatingRemainder(dividingBy: 1))
    }
    return PageContent.Point(
      label: label, verdict: "the workers limit: more --threads help",
      fills: [fill("shuffle (14,096)", 0.9), fill("plans (64)", 0.95), fill("ready (4)", 0.2)],
      waits: (0..<24).map(wait), waitMarks: [("half", 4e-5), ("99 %", 1.2e-3)],
      order: .init(
        recordCount: 50_000, points: order, text: "Records travel 0.98 as far as in a full permutation."))
  }

  private static func fill(_ name: String, _ level: Double) -> PageContent.Fill {
    let points: [(seconds: Double, share: Double)] = (0...120).map { step in
      let share = step < 20 ? level * Double(step) / 20 : level - 0.1 * sin(Double(step) / 3)
      return (Double(step) / 400, share)
    }
    return PageContent.Fill(name: name, points: points)
  }

  private static func wait(step: Int) -> PageContent.Wait {
    func bound(_ step: Int) -> Double { 1e-6 * pow(10, Double(step) / 6) }
    let distance = Double(step - 9) / 3
    return PageContent.Wait(
      seconds: bound(step)..<bound(step + 1), count: Int(400 * exp(-distance * distance)))
  }

  @Test("is well-formed XML, however odd its texts are")
  func wellFormed() throws {
    let html = PageDocument(Self.content).html

    var reader = MarkupReader(html)
    try reader.read()
    #expect(
      reader.texts.contains {
        $0.contains("the workers are") == false && $0.contains("The workers are <busy> & \"nobody\" waits.")
      })
    #expect(reader.texts.contains("a<b>c/\u{fffd}[0m"))
    #expect(reader.texts.contains(Self.content.command))
  }

  @Test("needs nothing but itself")
  func selfContained() throws {
    let html = PageDocument(Self.content).html

    var reader = MarkupReader(html)
    try reader.read()
    for (name, value) in reader.attributes
    where ["src", "href", "xlink:href", "data", "action"].contains(name) {
      #expect(value.hasPrefix("data:"), "\(name)=\(value)")
    }
    #expect(!reader.elements.contains("script"))
    #expect(
      !html.contains("url(") && !html.contains("@import") && !html.contains("http:")
        && !html.contains("https:"))
  }

  @Test("has each of its parts, and every figure a text for those who do not see it")
  func parts() throws {
    let html = PageDocument(Self.content).html

    var reader = MarkupReader(html)
    try reader.read()
    for text in [
      "How fast", "What happened with threads 2", "What happened with threads 4", "How full the queues were",
      "How long batches were waited for", "Where the records came from", "A batch", "All figures",
      "What was measured", "threads 4 is 1.95 ± 0.06 times as fast as threads 2".capitalisedSentence,
    ] {
      #expect(
        reader.texts.contains { $0.hasPrefix(text.prefix(1)) && $0.contains(text.dropFirst()) }, "\(text)")
    }
    #expect(reader.elements.filter { $0 == "svg" }.count == 6)
    #expect(reader.attributes.filter { $0.name == "aria-label" && !$0.value.isEmpty }.count == 6)
    #expect(reader.attributes.contains { $0.name == "alt" && $0.value == Self.content.sheet!.text })
    #expect(reader.elements.contains("title"))
  }

  @Test("bench writes the page of what it has measured, and replaces none that exists")
  func written() throws {
    let scratch = ScratchDirectory("page")
    let words = [
      "bench", "--data", SampleData.directory.string, "--threads", "1,2", "--runs", "2", "--warmup", "0",
      "--min-after-dequeue", "100", "--seed", "1", "--html", "page.html",
    ]

    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(0))
    let html = try #require(FileBytes.text(scratch.path.appending("page.html")))
    var reader = MarkupReader(html)
    try reader.read()

    #expect(reader.elements.filter { $0 == "svg" }.count == 6)
    #expect(reader.texts.contains { $0.contains(/^[\d,.]+ images\/s with threads [12], limited by the/) })
    #expect(
      reader.texts.contains { $0.hasPrefix("cifar-pipe bench --data ") && $0.hasSuffix(" --html page.html") })
    #expect(
      reader.attributes.contains { $0.name == "alt" && $0.value.contains("CIFAR-10 train, cifar10; seed 1") })
    #expect(
      reader.attributes.contains {
        $0.name == "src" && $0.value.hasPrefix("data:image/png;base64,iVBORw0KGgo")
      })
    #expect(Tool.command(words, in: scratch.path).runChecked().status == .exited(73))
  }

  @Test("a page without what is optional has no empty part")
  func little() throws {
    let html = PageDocument(
      PageContent(
        headline: "1 image/s", summary: "slow", figures: [], warnings: [],
        rates: [.init(label: "", runs: [1], median: 1, text: "1")], ranking: [], tables: [],
        points: [.init(label: "", verdict: "slow", fills: [], waits: [], waitMarks: [], order: nil)],
        sheet: nil,
        configuration: [], command: "cifar-pipe bench")
    ).html

    var reader = MarkupReader(html)
    try reader.read()
    #expect(
      !reader.elements.contains("svg") && !reader.elements.contains("img")
        && !reader.elements.contains("table"))
  }

  @Test(
    "axes have about four whole steps and reach the greatest value",
    arguments: [
      (0.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
      (3.1, ["0", "1", "2", "3", "4"]),
      (240_112, ["0", "50000", "100000", "150000", "200000", "250000"]),
      (100, ["0", "20", "40", "60", "80", "100"]),
    ] as [(Double, [String])])
  func axes(greatest: Double, ticks: [String]) {
    let axis = Plot.Axis("x", upTo: greatest) { Plot.number($0) }

    #expect(axis.ticks.map(\.text) == ticks)
    #expect(axis.ticks.first?.place == 0 && abs((axis.ticks.last?.place ?? 0) - 1) < 1e-9)
  }

  @Test(
    "bytes become letters as in RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(text: String, letters: String) {
    #expect(Markup.base64(Array(text.utf8)) == letters)
  }
}

extension String {
  /// With a capital letter at its beginning.
  fileprivate var capitalisedSentence: String { prefix(1).uppercased() + dropFirst() }
}

/// Reads XML strictly, as far as a page has it: elements, attributes in quotes, the five entities.
private struct MarkupReader {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private(set) var elements: [String] = []
  private(set) var attributes: [(name: String, value: String)] = []
  private(set) var texts: [String] = []
  private var rest: Substring
  private var open: [String] = []

  init(_ text: String) {
    rest = text[...]
  }

  mutating func read() throws {
    guard rest.hasPrefix("<!DOCTYPE html>\n") else { throw Failure(description: "no document type") }
    rest = rest.dropFirst("<!DOCTYPE html>\n".count)
    while !rest.isEmpty {
      if rest.first == "<" { try tag() } else { try text() }
    }
    guard open.isEmpty else { throw Failure(description: "\(open) not closed") }
  }

  private mutating func tag() throws {
    guard
      let match = rest.prefixMatch(of: /<(\/?)([a-z][a-z0-9]*)((?:\x20[a-zA-Z:-]+="[^"<]*")*)(\x20\/)?>/)
    else { throw Failure(description: "no tag: \(rest.prefix(80))") }
    rest = rest[match.range.upperBound...]
    let name = String(match.2)
    if !match.1.isEmpty {
      guard open.popLast() == name else { throw Failure(description: "</\(name)> closes another element") }
      return
    }
    elements.append(name)
    for attribute in match.3.matches(of: /([a-zA-Z:-]+)="([^"]*)"/) {
      attributes.append((String(attribute.1), try Self.plain(attribute.2)))
    }
    if match.4 == nil { open.append(name) }
  }

  private mutating func text() throws {
    let end = rest.firstIndex(of: "<") ?? rest.endIndex
    texts.append(try Self.plain(rest[..<end]))
    rest = rest[end...]
  }

  private static func plain(_ text: Substring) throws -> String {
    for piece in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      guard piece.contains(/^(amp|lt|gt|quot|#39);/) else { throw Failure(description: "a bare &: \(piece)") }
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }) else {
      throw Failure(description: "a control character: \(text)")
    }
    return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
      "&quot;", with: "\""
    )
    .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }
}
