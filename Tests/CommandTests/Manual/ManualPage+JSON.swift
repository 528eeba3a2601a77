/// The keys of a JSON object as a manual page lists them.
struct PromisedKeys {
  /// What prints the object, such as `bench --json`.
  let output: String
  /// Where in it the listed keys are: paths of objects, an empty one for the object itself.
  let places: [String]
  /// The keys as paths below each place, such as `images_per_s.median`; arrays are passed through.
  let keys: [String]

  /// The paths of all keys in all places.
  var paths: [String] { places.flatMap { place in keys.map { place.isEmpty ? $0 : "\(place).\($0)" } } }
}

extension ManualPage {
  /// The lists of keys, each of which follows a comment such as `JSON: bench --json: results`.
  ///
  /// An item is `.It Va schema , path` for keys, and `.It Va machine : processor , kernel` for a key whose value is an
  /// object, or an array of objects, with these keys.
  var promisedKeys: [PromisedKeys] {
    lines.indices.compactMap { start in
      guard let comment = lines[start].prefixMatch(of: /\.\\" JSON: ([^:]+)(?:: (.+))?$/) else { return nil }
      let items = lines[start...].prefix { $0 != ".El" }.filter { $0.hasPrefix(".It Va ") }
      return PromisedKeys(
        output: String(comment.1),
        places: comment.2.map { $0.split(separator: ", ").map(String.init) } ?? [""],
        keys: items.flatMap { Self.keys(ofItem: $0.split(separator: " ").dropFirst(2)) })
    }
  }

  private static func keys(ofItem words: ArraySlice<Substring>) -> [String] {
    let names = words.filter { $0 != "," }
    guard let colon = names.firstIndex(of: ":") else { return names.map(String.init) }
    let outer = names[..<colon].joined(separator: ".")
    return [outer] + names[(colon + 1)...].map { "\(outer).\($0)" }
  }
}
