/// Where the bytes of an unfinished download came from: the text of `NAME.part.origin`.
///
/// The form is a line `cifar-pipe part 1`, then lines of a key and a value. What is missing is not known.
struct PartialRecord: Sendable, Equatable {
  /// The source of the last bytes, without secrets.
  var url: String
  /// The tag of the file at that source.
  var tag: EntityTag?
  /// The length of the whole file as that source announced it, in bytes.
  var total: Int?
  /// The digest that the whole file must have, `sha256:…` or `md5:…`.
  var wanted: String?
  /// The SHA-256 of the first ``prefixLength`` bytes, written at every orderly end.
  var prefixDigest: String?
  /// How many bytes ``prefixDigest`` is of.
  var prefixLength = 0

  /// The most bytes of a record that are read.
  static let maximumLength = 32 << 10

  private static let firstLine = "cifar-pipe part 1"

  /// A record of bytes from `url`.
  init(url: String, tag: EntityTag? = nil, total: Int? = nil, wanted: String? = nil) {
    self.url = url
    self.tag = tag
    self.total = total
    self.wanted = wanted
  }

  /// The record that `text` stands for, or `nil` if it is not whole.
  init?(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // A record that was cut short has no empty piece after the last line end.
    guard lines.first == Self.firstLine[...], lines.removeLast().isEmpty else { return nil }
    var values: [Substring: Substring] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, values.updateValue(parts[1], forKey: parts[0]) == nil else { return nil }
    }
    guard let url = values["url"] else { return nil }
    self.init(
      url: String(url), tag: values["etag"].flatMap { EntityTag(String($0)) },
      total: values["size"].flatMap { decimal($0) }, wanted: values["wanted"].map { String($0) })
    if let digest = values["prefix-sha256"], let length = values["prefix-length"].flatMap({ decimal($0) }) {
      prefixDigest = String(digest)
      prefixLength = length
    }
  }

  /// The text that ``init(_:)`` reads back.
  var text: String {
    var lines = [Self.firstLine, "url \(url)"]
    if let tag { lines.append("etag \(tag.text)") }
    if let total { lines.append("size \(total)") }
    if let wanted { lines.append("wanted \(wanted)") }
    if let prefixDigest { lines += ["prefix-length \(prefixLength)", "prefix-sha256 \(prefixDigest)"] }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ExpectedContent {
  /// The digest that decides, as a ``PartialRecord`` names it.
  var wanted: String? { sha256.map { "sha256:\($0)" } ?? md5.map { "md5:\($0)" } }
}
