import ArgumentParser

/// The argument parser's sentences in the form of all other messages, with what was probably meant.
struct ParserLine {
  private let error: any Error
  private let words: [String]
  private let path: CommandPath

  /// The line for an error of the parser, or of a command's own check of its options.
  init(_ error: any Error, words: [String]) {
    self.error = error
    self.words = words
    path = CommandPath(words)
  }

  /// One line, with where the help is.
  var text: String {
    let text = unknownCommand ?? plainSentence
    return text + "; see '\(path.helpCommand)'"
  }

  private var unknownCommand: String? {
    guard let word = path.unknown else { return nil }
    let advice =
      Hint.advice(for: word, as: .command, in: path.name)
      ?? Self.meant(Spelling.nearest(to: word, among: path.subcommandNames))
    return Self.text("'\(word)': no such command", advice)
  }

  private var plainSentence: String {
    var text = CIFARPipe.message(for: error)
    let advice = advice(for: text)
    text.replace(/\. Did you mean '[^']*'\?$/, with: "")
    // The parser gives more than five values a line each, and joins two by "and".
    text.replace(/\. Please provide one of the following:((?:\s+- \S+)+)$/) { match in
      let values = match.1.split(whereSeparator: \.isWhitespace).filter { $0 != "-" }.map(String.init)
      return " (expected \(Spelling.choice(values)))"
    }
    text.replace(/\. Please provide one of (.*)\.$/) { match in
      " (expected \(match.1.replacing(/' and '/, with: "' or '")))"
    }
    // A line end in a word is shown; those between the parser's sentences are not.
    if !words.contains(where: { $0.contains(where: \.isNewline) }) {
      text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    if let first = text.first, first.isUppercase { text = first.lowercased() + text.dropFirst() }
    if text.hasSuffix(".") { text.removeLast() }
    return Self.text(text, advice)
  }

  /// What was probably meant, found in one of the parser's sentences.
  private func advice(for sentence: String) -> String? {
    if let match = sentence.prefixMatch(of: /Unexpected argument '(.*)'|\d+ unexpected arguments: '(.*?)'/) {
      return Hint.advice(for: String(match.1 ?? match.2!), as: .argument, in: path.name)
    }
    if let match = sentence.prefixMatch(of: /Unknown option '([^']*)'/) {
      return optionAdvice(for: String(match.1))
    }
    if sentence.hasPrefix("Missing expected argument '--output "), words.count == 2 {
      let advice = Hint.advice(for: words[1], as: .argument, in: path.name)
      return advice.flatMap { $0.contains("--output") ? $0 : nil }
    }
    let value = /The value '(.*)' is invalid for '[^']*'(.*)/.dotMatchesNewlines()
    if let match = sentence.wholeMatch(of: value) {
      let values = match.2.matches(of: /'([^' =]+)'|\n\s+- (\S+)/).compactMap { $0.1 ?? $0.2 }
      return valueAdvice(for: String(match.1), among: values.map(String.init))
    }
    return nil
  }

  private func optionAdvice(for option: String) -> String? {
    let names = HelpPage(path.command).optionNames
    // A long option with one hyphen is taken for several short ones.
    let long = words.first { $0.wholeMatch(of: /-[a-z][a-z-]+/) != nil && names.contains("-" + $0) }
    return Hint.advice(for: option, as: .option, in: path.name)
      ?? Self.meant(long.map { "-" + $0 } ?? Spelling.nearest(to: option, among: names))
  }

  private func valueAdvice(for value: String, among values: [String]) -> String? {
    // Of a list it is the first part that is none of the values.
    let parts = value.split(separator: ",").map(String.init)
    guard let word = parts.first(where: { !values.contains($0) }) else { return nil }
    if let nearest = Spelling.nearest(to: word, among: values) { return Self.meant(nearest) }
    guard let advice = Hint.advice(for: word, as: .value, in: path.name) else { return nil }
    return values.contains { advice.contains("'\($0)'") } ? advice : nil
  }

  private static func meant(_ word: String?) -> String? { word.map { "did you mean '\($0)'?" } }

  /// A text with an advice, in the parentheses that it has already or in its own.
  private static func text(_ text: String, _ advice: String?) -> String {
    guard let advice else { return text }
    return text.hasSuffix(")") ? "\(text.dropLast()); \(advice))" : "\(text) (\(advice))"
  }
}
