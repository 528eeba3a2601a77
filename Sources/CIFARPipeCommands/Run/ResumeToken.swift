import CIFAR
import FileSupport
import InputPipeline
import SystemPackage

/// Where a run stands, as one word of text: what the order of its batches depends on, and the next batch.
///
///     cifar-pipe-1@dataset=cifar10@…@next=391@check=0123456789abcdef
struct ResumeToken: Equatable, Sendable {
  /// Says what the text is, and in which version.
  private static let prefix = "cifar-pipe-1"
  private static let separator: Character = "@"
  private static let shard = "shard"
  /// Said of the batch before `next` where its epoch's mark was not written.
  private static let dueMark = Field(name: "epoch-mark", value: "due")
  /// Stands for what only reading the records would tell.
  private static let unread = "unread"
  /// More bytes than any token has: a transform has at most 64 operations.
  private static let longestFile = 1 << 16
  /// More batches than any run delivers, so few that their examples can be counted.
  static let mostBatches = 1 << 40

  /// What must be the same in the run that continues, in the order of the text.
  let fields: [Field]
  /// The number of the next batch in the run.
  let next: Int
  /// Whether the mark of an epoch has to be written before that batch.
  let isMarkDue: Bool

  /// A name and a value.
  struct Field: Equatable, Sendable {
    let name: String
    let value: String
  }

  /// What of a run's token the command line tells, beside the options of the pipeline.
  struct Run {
    /// `nil` where only looking at the data would tell.
    let kind: DatasetKind?
    let split: Split
    let transform: CIFARTransform
    let labels: LabelSelection
    let labelType: LabelType
    /// Whether the shuffle queue holds a whole epoch, however long that is.
    let permutesAll: Bool
  }

  /// What of a run's token the command line does not tell.
  struct Contents {
    let recordCount: Int
    let fingerprint: String

    /// What reading the records tells.
    ///
    /// - Throws: What reading them throws.
    init(of dataset: CIFARDataset) throws {
      recordCount = dataset.records.recordCount
      fingerprint = try DatasetFingerprint.of(dataset)
    }
  }

  /// The token of a run before its first batch, which may be in the middle of an order.
  ///
  /// - Parameter contents: `nil` for a run that ends before its records were read, which may go on with any records.
  init(of run: Run, _ options: RecordPipelineOptions, _ contents: Contents?) {
    let order: String
    switch options.order {
    case .asStored: order = "as-stored"
    case .shuffled where run.permutesAll && contents == nil: order = Self.unread
    // The capacity changes no byte.
    case .shuffled(let minimum, capacity: _): order = "\(minimum)"
    }
    fields = [
      Field(name: "dataset", value: run.kind?.rawValue ?? Self.unread),
      Field(name: "split", value: run.split.rawValue),
      Field(name: "records", value: contents.map { String($0.recordCount) } ?? Self.unread),
      Field(name: "data", value: contents?.fingerprint ?? Self.unread),
      Field(name: "seed", value: String(options.seed)),
      Field(name: "batch-size", value: String(options.batchSize)),
      Field(name: "shuffle", value: order),
      Field(name: "drop-remainder", value: String(options.dropsRemainder)),
      Field(name: "epoch-boundary", value: options.blendsEpochs ? "blend" : "keep"),
      Field(name: "transform", value: ImageOperation.text(of: run.transform.operations)),
      Field(name: "layout", value: run.transform.layout.rawValue),
      Field(name: "dtype", value: run.transform.elementType.rawValue),
      // As it was before there was a choice.
      Field(
        name: "labels",
        value: run.labels.rawValue + (run.labelType == .int32 ? "" : ":\(run.labelType.rawValue)")),
      Field(
        name: Self.shard,
        value: "\(options.share.index)/\(options.share.count):\(options.share.uneven.rawValue)"
      ),
    ]
    next = options.firstBatch
    isMarkDue = false
  }

  private init(fields: [Field], next: Int, isMarkDue: Bool) {
    self.fields = fields
    self.next = next
    self.isMarkDue = isMarkDue
  }

  /// Reads the text of a token.
  ///
  /// - Throws: ``ResumeError/malformed``.
  init(parsing text: String) throws(ResumeError) {
    var parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
    guard let check = parts.popLast(), parts.first == Self.prefix,
      check == "check=" + Self.checksum(parts.joined(separator: String(Self.separator)))
    else { throw .malformed }
    var fields = parts.dropFirst().map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Field(name: String(pair[0]), value: pair.count == 2 ? String(pair[1]) : "")
    }
    guard let last = fields.popLast(), last.name == "next", let next = Int(last.value),
      (0...Self.mostBatches).contains(next)
    else { throw .malformed }
    let isMarkDue = fields.last == Self.dueMark
    self.init(fields: isMarkDue ? fields.dropLast() : fields, next: next, isMarkDue: isMarkDue)
  }

  /// The token that the command line gives: its text, or the name of a file that holds it.
  ///
  /// - Throws: ``ResumeError``, or `FileError` when there is a file that cannot be read.
  init(given word: String) throws {
    guard !word.hasPrefix(Self.prefix), let text = try Self.text(inFile: RawArguments.path(word)) else {
      try self.init(parsing: word)
      return
    }
    do {
      try self.init(parsing: text)
    } catch ResumeError.malformed {
      throw ResumeError.noTokenInFile(RawArguments.path(word))
    }
  }

  /// What a regular file holds, without the line end; `nil` where there is no such file.
  private static func text(inFile path: FilePath) throws -> String? {
    guard (try? FileStatus(at: path))?.kind == .regular else { return nil }
    let file = try FileDescriptor.openForReading(path)
    let bytes = try file.closeAfter(path: path) {
      var bytes = [UInt8](repeating: 0, count: longestFile)
      let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, path: path) }
      return bytes.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func value(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// Checks that a run with the fields of `other` continues this one.
  ///
  /// Between two epochs any number of processes may go on, and between two turns any process of as many.
  ///
  /// - Parameter schedule: The batches of the run that continues.
  /// - Throws: ``ResumeError/differs(field:token:run:)`` for the first field that is not the same.
  func check(continuedBy other: ResumeToken, _ schedule: BatchSchedule) throws(ResumeError) {
    for field in other.fields where value(field.name) != field.value {
      let found = value(field.name)
      if found == Self.unread { continue }
      if let found, field.name == Self.shard {
        if schedule.isShareable(at: next) { continue }
        // What stands before the slash is the process.
        let isTurn = schedule.isTurn(at: next)
        if isTurn && found.drop(while: { $0 != "/" }) == field.value.drop(while: { $0 != "/" }) { continue }
      }
      throw .differs(field: field.name, token: found ?? "nothing", run: field.value)
    }
  }

  /// The same run before batch `next`.
  func advanced(to next: Int, isMarkDue: Bool = false) -> ResumeToken {
    ResumeToken(fields: fields, next: next, isMarkDue: isMarkDue)
  }

  /// The token as one word, without a line end.
  var text: String {
    let body = Self.stem(isMarkDue ? fields + [Self.dueMark] : fields) + String(next)
    return body + String(Self.separator) + "check=" + Self.checksum(body)
  }

  /// What the tokens of a run have in common: all that stands before the number of the next batch.
  var stem: String { Self.stem(fields) }

  private static func stem(_ fields: [Field]) -> String {
    ([prefix] + fields.map { "\($0.name)=\($0.value)" } + ["next="]).joined(separator: String(separator))
  }

  /// 64 bits against typing and copying errors.
  private static func checksum(_ text: String) -> String {
    var hash = FowlerNollVoHash()
    hash.update(text.utf8)
    return hash.hexadecimal
  }
}

/// Why a run cannot be continued.
enum ResumeError: CommandFailure, Equatable {
  /// The text is no token, or not all of one.
  case malformed
  /// The file that is named instead of a token holds none.
  case noTokenInFile(FilePath)
  /// A field of the token is not that of this run.
  case differs(field: String, token: String, run: String)
}

extension ResumeError: CustomStringConvertible {
  var status: ExitStatus { .configuration }

  /// One line: the field, and both values.
  var description: String {
    switch self {
    case .malformed: "resume token: is neither a whole token of cifar-pipe nor a file with one"
    case .noTokenInFile(let path): "\(path.escaped): holds no whole token of cifar-pipe"
    case .differs(let field, let token, let run):
      "resume token: does not fit this run: \(field) (expected \(token), found \(run))"
    }
  }
}
