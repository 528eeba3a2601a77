/// What stands on the page of `bench --html`, as plain values; see ``PageDocument``.
struct PageContent: Sendable {
  /// A name and its value, such as a figure or a setting.
  struct Item: Sendable, Equatable {
    let name: String
    let value: String
  }

  /// How fast one point of a sweep was.
  struct Rate: Sendable, Equatable {
    /// What tells it from the others; empty for a single one.
    let label: String
    /// Images per second of each run, in order; at least one.
    let runs: [Double]
    /// The one in the middle.
    let median: Double
    /// How it is written, with its spread.
    let text: String
  }

  /// A table; each row has as many cells as the head.
  struct Table: Sendable, Equatable {
    let head: [String]
    let rows: [[String]]
  }

  /// How full a queue was in the course of a run.
  struct Fill: Sendable, Equatable {
    /// The name of the queue, with its capacity.
    let name: String
    /// The time in seconds, ascending, and the share of the capacity from 0 to 1.
    let points: [(seconds: Double, share: Double)]

    static func == (one: Fill, other: Fill) -> Bool {
      one.name == other.name && one.points.elementsEqual(other.points, by: ==)
    }
  }

  /// How many batches were waited for so long.
  struct Wait: Sendable, Equatable {
    /// In seconds; the upper bound is that of the next one's beginning.
    let seconds: Range<Double>
    let count: Int
  }

  /// Where the records of an epoch came from.
  struct Order: Sendable {
    /// Records of the epoch.
    let recordCount: Int
    /// Where some of them were delivered and where they were in the source, both from 0 to 1.
    let points: [(delivered: Double, source: Double)]
    /// What the figure says, a sentence.
    let text: String
  }

  /// What one point of the sweep did.
  struct Point: Sendable {
    /// What tells it from the others; empty for a single one.
    let label: String
    /// The verdict, in words.
    let verdict: String
    let fills: [Fill]
    /// Without gaps, in ascending order.
    let waits: [Wait]
    /// The waits that so many percent of the batches do not exceed, in seconds.
    let waitMarks: [(name: String, seconds: Double)]
    let order: Order?
  }

  /// The answer in one line.
  let headline: String
  /// The answer in a few sentences.
  let summary: String
  /// The most important figures.
  let figures: [Item]
  /// What makes the figures doubtful, a sentence each.
  let warnings: [String]
  let rates: [Rate]
  /// Sentences about the rates.
  let ranking: [String]
  let tables: [Table]
  let points: [Point]
  /// A batch as a PNG file, and what it shows.
  let sheet: (png: [UInt8], text: String)?
  let configuration: [Item]
  let command: String
}
