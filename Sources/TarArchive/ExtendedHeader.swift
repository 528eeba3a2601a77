/// What extended headers say about the member that follows them.
///
/// Source: POSIX.1-2008, `pax`, "pax Extended Header"; GNU tar manual, "The GNU tar Format".
struct ExtendedHeader {
  /// The member's name, in place of the one in its header.
  private(set) var path: [UInt8]?
  /// The member's size in bytes, in place of the one in its header.
  private(set) var byteCount: UInt64?
  private var gnuName: [UInt8]?

  /// The name that counts: POSIX records stand above GNU's.
  var effectivePath: [UInt8]? { path ?? gnuName }
  /// Whether there is anything that waits for its member.
  private(set) var isPending = false

  /// Takes the text of a GNU long name, which ends with a NUL.
  mutating func addLongName(_ bytes: [UInt8]) throws(ArchiveError.Fault) {
    guard gnuName == nil else { throw .badField("second long name", found: bytes) }
    isPending = true
    // Only the terminator goes; a NUL within is left for the name's check to refuse.
    gnuName = bytes.last == 0 ? bytes.dropLast() : bytes
  }

  /// Takes the text of a GNU long link target: no link is extracted, but its header must follow.
  mutating func addLongLink() {
    isPending = true
  }

  /// Takes records of the form `LENGTH KEY=VALUE\n`.
  ///
  /// - Parameter isGlobal: Whether they are for all members; nothing that matters here may be.
  mutating func addRecords(_ bytes: [UInt8], isGlobal: Bool) throws(ArchiveError.Fault) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let (key, value) = try Self.takeRecord(from: &rest)
      // Sparse files store other bytes than they hold.
      let isSparse = key.hasPrefix("GNU.sparse")
      let matters = isSparse || ["path", "size", "linkpath"].contains(key)
      guard !isSparse, !(isGlobal && matters) else {
        throw .badField("extended header '\(key)'", found: value)
      }
      switch key {
      case "path": path = value
      case "size": byteCount = try Self.decimal(value)
      default: break
      }
    }
    if !isGlobal { isPending = true }
  }

  private static func takeRecord(
    from rest: inout ArraySlice<UInt8>
  ) throws(ArchiveError.Fault) -> (key: String, value: [UInt8]) {
    let digits = rest.prefix { $0 != UInt8(ascii: " ") }
    // The length counts itself; six digits are far above the limit for the whole header.
    guard digits.count <= 6, let length = Int(String(decoding: digits, as: UTF8.self)),
      length > digits.count + 1, length <= rest.count
    else { throw .badField("extended header length", found: Array(rest.prefix(16))) }
    let record = rest.prefix(length).dropFirst(digits.count + 1)
    guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")),
      equals > record.startIndex
    else { throw .badField("extended header record", found: Array(record)) }
    rest = rest.dropFirst(length)
    let key = String(decoding: record[..<equals], as: UTF8.self)
    return (key, Array(record[(equals + 1)...].dropLast()))
  }

  private static func decimal(_ value: [UInt8]) throws(ArchiveError.Fault) -> UInt64 {
    guard value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = UInt64(String(decoding: value, as: UTF8.self)), number <= UInt64(Int64.max)
    else { throw .badField("extended header size", found: value) }
    return number
  }
}
