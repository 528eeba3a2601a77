/// Words that are nearly right.
enum Spelling {
  /// Longer words are not misspelt ones, and the distance costs the product of the lengths.
  private static let longestWord = 40

  /// The one of `words` that was probably meant: the same but for case, hyphens and underscores, or nearly so.
  static func nearest(to word: String, among words: [String]) -> String? {
    guard word.unicodeScalars.count <= longestWord else { return nil }
    let plain = letters(word)
    if let same = words.first(where: { letters($0) == plain }) { return same }
    let nearest = words.map { (word: $0, distance: editDistance(word.lowercased(), $0)) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2, 2 * nearest.distance < word.count else { return nil }
    return nearest.word
  }

  /// The word in lower case, without what people put between its parts.
  private static func letters(_ word: String) -> String {
    word.lowercased().filter { !" -_".contains($0) }
  }

  /// The words as a choice: `'fine', 'coarse' or 'both'`.
  static func choice(_ words: [String]) -> String {
    let quoted = words.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
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
}
