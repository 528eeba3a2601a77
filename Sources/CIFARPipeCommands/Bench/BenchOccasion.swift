import CIFAR
import FileSupport
import Platform
import InputPipeline

/// What was measured with, on what and when: all that a report needs so that somebody else can repeat it.
struct BenchOccasion {
  let machine: Machine
  /// The words of the command line, as a shell takes them.
  let command: String
  /// In UTC, as `2026-11-22T03:04:05Z`.
  let date: String
  let dataset: Dataset
  /// How the records came into memory; `nil` where they do not stay there.
  let load: RecordLoad?
  /// The settings that all results have in common.
  var settings: [BenchPoint.Setting]

  /// The records that were delivered.
  struct Dataset: Equatable {
    let kind: String
    let split: String
    /// Where they came from.
    let place: String
    let recordCount: Int
    let fingerprint: String
  }

  /// The words of this process's command line, those with special characters in quotes.
  static var command: String {
    let words = (["cifar-pipe"] + RawArguments.words).map { word in
      let isPlain =
        !word.isEmpty
        && word.unicodeScalars.allSatisfy { scalar in
          "+-./:,=@_%".unicodeScalars.contains(scalar) || scalar.isASCII && scalar.properties.isAlphabetic
            || ("0"..."9").contains(scalar)
        }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
    return RawArguments.printable(words.joined(separator: " "))
  }

  /// The time in UTC.
  static var date: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  /// Lines with a name and a value.
  var lines: [(name: String, text: String)] {
    [
      ("machine", machine.text), ("version", "cifar-pipe \(ThisProcess.version), \(date)"),
      ("command", command),
      (
        "data",
        "\(dataset.kind) \(dataset.split), \(Quantity.count(dataset.recordCount, "record")), \(dataset.place)"
      ),
      ("load", load?.text ?? "none: records are read in each epoch"),
      ("settings", settings.map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")),
    ]
  }

  /// The members of a report that come before its results.
  var jsonMembers: [(String, JSON)] {
    [
      ("schema", .string("cifar-pipe/bench/1")), ("version", .string(ThisProcess.version)),
      ("date", .string(date)), ("command", .string(command)), ("machine", machine.json),
      (
        "dataset",
        .object([
          ("kind", .string(dataset.kind)), ("split", .string(dataset.split)),
          ("place", .string(dataset.place)), ("records", .integer(dataset.recordCount)),
          ("fingerprint", .string(dataset.fingerprint)),
        ])
      ), ("load", load?.json ?? .null), ("settings", .object(settings.map { ($0.name, $0.value) })),
    ]
  }
}

extension JSON {
  /// A single value as people write it: a string without quotes, a dash for nothing.
  var plain: String {
    switch self {
    case .null: "-"
    case .string(let text): text
    case .number(let number): Quantity.short(number)
    case .bool, .integer, .array, .object: text
    }
  }
}
