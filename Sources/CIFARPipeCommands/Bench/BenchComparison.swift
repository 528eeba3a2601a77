import FileSupport
import FoundationEssentials
import Platform
import SystemPackage

/// How results stand to those of an earlier report of `bench --export-json`.
struct BenchComparison {
  /// The longest report that is read.
  private static let longestReport = 64 << 20

  private let earlier: EarlierReport
  /// What messages call the report.
  private let name: String
  /// The share of the earlier speed that may be lost, beyond what the runs differ anyway.
  private let tolerance: Double

  /// What became of a result.
  struct Change {
    let result: BenchResult
    let ratio: Ratio
    let isRegression: Bool
  }

  /// Reads the report at `path`.
  ///
  /// - Parameter tolerance: The share of the earlier speed that may be lost.
  /// - Throws: `FileError`, or ``CommandError/wrongInput(_:)`` for what is no report.
  init(with path: FilePath, tolerance: Double) throws {
    name = path.escaped
    self.tolerance = tolerance
    let file = try FileDescriptor.openForReading(path)
    let bytes = try file.closeAfter {
      let size = lseek(file.rawValue, 0, SEEK_END)
      guard size >= 0, size <= Self.longestReport else {
        throw CommandError.wrongInput("\(path.escaped): is no report of 'bench --export-json'")
      }
      var bytes = [UInt8](repeating: 0, count: Int(size))
      let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: 0, path: path) }
      return bytes.prefix(count)
    }
    guard let earlier = try? JSONDecoder().decode(EarlierReport.self, from: Data(bytes)),
      earlier.schema == "cifar-pipe/bench/1"
    else { throw CommandError.wrongInput("\(path.escaped): is no report of 'bench --export-json'") }
    self.earlier = earlier
  }

  /// The change of a result of `occasion`; `nil` where the earlier report has nothing with the same settings.
  func change(of result: BenchResult, on occasion: BenchOccasion) -> Change? {
    guard differences(from: occasion).isEmpty else { return nil }
    let settings = Dictionary(
      (result.point.sweptSettings + result.point.transformSettings + sizes(of: result)).map {
        ($0.name, $0.value.plain)
      }, uniquingKeysWith: { first, _ in first })
    guard
      let old = earlier.results.first(where: { old in
        old.settings.allSatisfy { settings[$0.key] == $0.value }
      })
    else { return nil }
    let ratio = Ratio(of: result.imagesPerSecond, to: old.imagesPerSecond)
    let noise = ratio.noise(runs: min(result.runs.count, old.runs))
    return Change(
      result: result, ratio: ratio, isRegression: ratio.value < 1 - tolerance && ratio.value + noise < 1)
  }

  /// The settings of all results that are others than those of the earlier report.
  ///
  /// The seed may differ: another order takes the same time.
  private func differences(from occasion: BenchOccasion) -> [BenchPoint.Setting] {
    occasion.settings.filter { setting in
      setting.name != "seed"
        && earlier.settings?[setting.name].map { $0.text != setting.value.plain } ?? false
    }
  }

  /// The settings that reports of every version have.
  private func sizes(of result: BenchResult) -> [BenchPoint.Setting] {
    [
      BenchPoint.Setting("threads", .integer(result.point.options.threads)),
      BenchPoint.Setting("batch_size", .integer(result.point.options.batchSize)),
      BenchPoint.Setting("min_after_dequeue", .optional(result.point.minAfterDequeue)),
    ]
  }

  /// A line for each result of `report`.
  func text(of report: BenchReport) -> String {
    var text = "compared with \(name)\(earlier.date.map { " of \($0)" } ?? ""):\n"
    if let dataset = earlier.dataset, dataset.fingerprint != report.occasion.dataset.fingerprint {
      text += "  warning: other records than those of that report\n"
    }
    if let machine = earlier.machine, machine.processor != report.occasion.machine.processor {
      text += "  warning: another processor than that of that report\n"
    }
    for setting in differences(from: report.occasion) {
      let old = earlier.settings![setting.name]!.text
      text += "  another setting than in that report: \(setting.name) \(setting.value.plain), not \(old)\n"
    }
    for result in report.results {
      let title = report.title(result)
      let change = change(of: result, on: report.occasion)
      let words =
        change.map { "\($0.ratio.text) times as fast\($0.isRegression ? ", a regression" : "")" }
        ?? "not in that report"
      text += "  \(title.isEmpty ? "" : title + ": ")\(words)\n"
    }
    return text
  }

  /// The change of a result of `occasion` as an object.
  func json(of result: BenchResult, on occasion: BenchOccasion) -> JSON {
    guard let change = change(of: result, on: occasion) else { return .null }
    return .object([
      ("ratio", .number(change.ratio.value)),
      ("uncertainty", change.ratio.uncertainty.map { .number($0) } ?? .null),
      ("regression", .bool(change.isRegression)),
    ])
  }

  /// - Throws: ``CommandError/gateNotMet(_:)`` for the first result that is slower than it was, or where nothing can
  ///   be compared.
  func check(_ report: BenchReport) throws(CommandError) {
    let changes = report.results.compactMap { change(of: $0, on: report.occasion) }
    guard !changes.isEmpty else { throw .gateNotMet("\(name): has no result with these settings") }
    for change in changes where change.isRegression {
      let title = report.title(change.result)
      throw .gateNotMet(
        "\(title.isEmpty ? "" : title + ": ")images/s: expected at least \(Quantity.fixed(1 - tolerance, digits: 2)) of "
          + "those of \(name), found \(change.ratio.text)")
    }
  }
}

/// What is read of a report; other keys are passed over.
private struct EarlierReport: Decodable {
  let schema: String
  let date: String?
  let dataset: Dataset?
  let machine: Machine?
  /// What all results have in common, by name.
  let settings: [String: Setting]?
  let results: [Result]

  struct Dataset: Decodable { let fingerprint: String }
  struct Machine: Decodable { let processor: String }

  struct Result: Decodable {
    /// The settings by name, as text.
    let settings: [String: String]
    let imagesPerSecond: Spread
    let runs: Int

    private enum Key: String, CodingKey {
      case configuration, threads, runs
      case batchSize = "batch_size"
      case minAfterDequeue = "min_after_dequeue"
      case imagesPerSecond = "images_per_s"
    }

    private struct Rate: Decodable {
      let median: Double
      let stddev: Double?
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      var settings = try values.decodeIfPresent([String: Setting].self, forKey: .configuration) ?? [:]
      for key in [Key.threads, .batchSize, .minAfterDequeue] {
        settings[key.rawValue] = try values.decode(Setting.self, forKey: key)
      }
      self.settings = settings.mapValues(\.text)
      runs = try values.decode(Int.self, forKey: .runs)
      let rate = try values.decode(Rate.self, forKey: .imagesPerSecond)
      // Rates of real runs: others would make ratios that are no numbers.
      guard (1e-3...1e15).contains(rate.median), (0...1e15).contains(rate.stddev ?? 0), runs >= 1 else {
        throw DecodingError.dataCorruptedError(
          forKey: .imagesPerSecond, in: values, debugDescription: "no rate of a run")
      }
      imagesPerSecond = Spread(median: rate.median, range: nil, deviation: rate.stddev)
    }
  }

  /// A number, a word or nothing, as text.
  struct Setting: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      let json: JSON =
        if value.decodeNil() {
          .null
        } else if let truth = try? value.decode(Bool.self) {
          .bool(truth)
        } else if let number = try? value.decode(Int.self) {
          .integer(number)
        } else if let number = try? value.decode(Double.self) {
          .number(number)
        } else {
          .string(try value.decode(String.self))
        }
      text = json.plain
    }
  }
}
