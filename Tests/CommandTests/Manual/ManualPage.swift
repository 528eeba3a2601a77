import PipeTestSupport

/// A manual page in mdoc(7), taken apart as far as the tests compare it.
struct ManualPage {
  /// The source, line by line.
  let lines: [Substring]

  /// The page called `name`, without its section.
  ///
  /// - Throws: `Errno` if there is no such page.
  init(_ name: String) throws {
    lines = try RepositoryFile.text("man/\(name).1").split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The names of all pages.
  static var names: [String] {
    RepositoryFile.names(in: "man").filter { $0.hasSuffix(".1") }.map { String($0.dropLast(2)) }
  }

  /// The options that the page describes: list items that begin with a flag.
  var options: [DescribedOption] {
    items(of: "Fl").map { item in
      var names: Set<String> = []
      var placeholder = ""
      var macro: Substring = ""
      for word in item.words where word != "," {
        if Self.isMacro(word) {
          macro = word
        } else if macro == "Fl" {
          names.insert("-\(word)")
        } else if macro == "Ar" {
          placeholder = String(word)
        }
      }
      let standard = item.text.firstMatch(of: /[Tt]he default is (\S+)/)
        .map { String($0.1.reversed().drop { ".,".contains($0) }.reversed()) }
      return DescribedOption(
        names: names, placeholder: placeholder, values: [], standard: standard, text: item.text)
    }
  }

  /// The words of the list items whose first macro is `macro`, such as the commands of `Cm`.
  func itemWords(of macro: Substring) -> [String] {
    items(of: macro).compactMap { $0.words.dropFirst().first.map(String.init) }
  }

  /// The first words of the list items between the heading `section` and the next.
  func items(inSection section: String) -> [String] {
    lines.drop { $0 != ".Sh \(section)" }.dropFirst().prefix { !$0.hasPrefix(".Sh ") }
      .compactMap { $0.hasPrefix(".It ") ? $0.split(separator: " ").dropFirst().first.map(String.init) : nil }
  }

  /// The list that follows a comment which begins with `title`; `nil` if the page has none.
  func block(_ title: String) -> [Substring]? {
    guard let start = lines.firstIndex(where: { $0.hasPrefix(".\\\" \(title):") }) else { return nil }
    return Array(lines[start...].prefix { $0 != ".El" })
  }

  private func items(of macro: Substring) -> [(words: [Substring], text: String)] {
    lines.indices.filter { lines[$0].hasPrefix(".It \(macro) ") }.map { index in
      let text = lines[(index + 1)...].prefix { line in
        ![".It", ".El", ".Sh", ".Ss"].contains { line.hasPrefix($0) }
      }
      return (lines[index].split(separator: " ").dropFirst().map { $0 }, Self.plain(text))
    }
  }

  /// The text without macros, on one line.
  private static func plain(_ lines: ArraySlice<Substring>) -> String {
    lines.map { line in
      guard line.hasPrefix(".") else { return String(line) }
      return line.dropFirst().split(separator: " ").filter { !isMacro($0) }.joined(separator: " ")
    }.joined(separator: " ").replacing(/\x20([.,;)])(?=\x20|$)/) { String($0.1) }
  }

  private static func isMacro(_ word: Substring) -> Bool {
    word.count == 2 && word.first!.isUppercase && word.last!.isLowercase
  }
}
