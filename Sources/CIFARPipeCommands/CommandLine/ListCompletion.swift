/// What a shell may offer for the last part of a list with commas.
enum ListCompletion {
  /// The candidates for a list of `words`: what is there, up to its last comma, with each word behind it.
  static func of(_ words: [String]) -> @Sendable ([String], Int, String) -> [String] {
    { line, index, prefix in
      // A shell that says nothing about the cursor stands at the end of the word.
      let typed = prefix.isEmpty && line.indices.contains(index) ? line[index] : prefix
      let last = typed.lastIndex(of: ",").map(typed.index(after:)) ?? typed.startIndex
      return words.map { typed[..<last] + $0 }
    }
  }
}
