import ArgumentParser
import CIFARFiles
import Download
import FileSupport

/// The one line that tells what is wrong, without the program's name.
struct ErrorLine {
  /// The longest line, in Unicode scalars: a word of the command line may have 128 KiB.
  static let maximumLength = 2000

  private let error: any Error
  private let words: [String]
  private let isFromParser: Bool

  /// The line for an error.
  ///
  /// - Parameters:
  ///   - words: The command line.
  ///   - isFromParser: Whether the error is the argument parser's, who words it for several lines.
  init(_ error: any Error, words: [String], isFromParser: Bool) {
    self.error = error
    self.words = words
    self.isFromParser = isFromParser
  }

  /// The line: no control characters, and what to do where there is something to do.
  var text: String {
    let text =
      switch error {
      case CopyError.differs: "\(error); use --force to replace it"
      case FileError.exists: "\(error); '--force' replaces it"
      case FileError.notReplaceable, FileError.foreignContents,
        DownloadError.cannotCreate(.notReplaceable):
        "\(error); move it away or name another output"
      case _ where isFromParser: parserText + "; see '\(helpCommand)'"
      default: "\(error)"
      }
    return Self.shortened(RawArguments.printable(text))
  }

  private var subcommand: String? {
    words.first.flatMap { Self.commandNames.contains($0) ? $0 : nil }
  }

  private var helpCommand: String {
    "cifar-pipe " + (subcommand.map { "\($0) " } ?? "") + "--help"
  }

  private static var commandNames: [String] {
    CIFARPipe.configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  /// The parser's sentences in the form of all other messages.
  private var parserText: String {
    if let word = words.first, !word.hasPrefix("-"), word != "help", subcommand == nil {
      return "'\(word)': no such command" + Self.suggestion(for: word)
    }
    var text = CIFARPipe.message(for: error)
    // The parser gives more than five values a line each.
    text.replace(/\. Please provide one of the following:((?:\s+- \S+)+)$/) { match in
      let values = match.1.split(whereSeparator: \.isWhitespace).filter { $0 != "-" }.map { "'\($0)'" }
      return " (expected " + values.dropLast().joined(separator: ", ") + " or \(values.last!))"
    }
    // A line end in a word is shown; those between the parser's sentences are not.
    if !words.contains(where: { $0.contains(where: \.isNewline) }) {
      text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    text.replace(/\. Did you mean ('[^']*')\?$/) { " (did you mean \($0.1)?)" }
    text.replace(/\. Please provide one of (.*)\.$/) { " (expected \($0.1))" }
    if let first = text.first, first.isUppercase { text = first.lowercased() + text.dropFirst() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// The command that was probably meant.
  private static func suggestion(for word: String) -> String {
    // Longer words are no misspelt commands, and the distance costs the product of the lengths.
    guard word.unicodeScalars.count <= 20 else { return "" }
    let nearest = commandNames.map { (name: $0, distance: editDistance(word.lowercased(), $0)) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2 else { return "" }
    return " (did you mean '\(nearest.name)'?)"
  }

  /// The fewest insertions, deletions and replacements that turn one word into the other.
  ///
  /// Source: R. A. Wagner, M. J. Fischer, "The String-to-String Correction Problem", 1974.
  static func editDistance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, character) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let replaced = diagonal + (other[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }

  /// Leaves out the middle of a line that is too long.
  private static func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > maximumLength else { return text }
    return String(scalars.prefix(maximumLength * 3 / 4)) + " ... " + String(scalars.suffix(maximumLength / 4))
  }
}
