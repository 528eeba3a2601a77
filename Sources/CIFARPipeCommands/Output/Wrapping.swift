/// Text in lines of a width.
enum Wrapping {
  /// The words of a text in lines of at most `width` characters, as far as the words allow it.
  ///
  /// - Parameter indentation: The blanks before all lines but the first.
  static func text(_ text: String, width: Int, indentation: Int = 0) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indentation) + word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
