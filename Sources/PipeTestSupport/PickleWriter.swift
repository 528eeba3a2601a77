/// Writes the pickle of a CIFAR batch in protocol 2, as different Python and NumPy versions write it.
public struct PickleWriter: Sendable {
  /// Who writes.
  public enum Style: String, Sendable, CaseIterable {
    /// cPickle of Python 2: byte strings as they are. So are the official archives.
    case python2
    /// Python 3 with `str` keys: byte strings as text in latin1.
    case python3Text
    /// Python 3 with `bytes` keys, which are text in latin1, too.
    case python3Bytes
  }

  /// Who writes.
  public var style = Style.python2
  /// Whether the array goes column by column.
  public var isColumnMajor = false
  /// The bytes written so far.
  public private(set) var bytes: [UInt8] = []
  private var memoCount: UInt32 = 0

  /// A writer that has written nothing.
  public init(_ style: Style = .python2, isColumnMajor: Bool = false) {
    self.style = style
    self.isColumnMajor = isColumnMajor
  }

  /// The pickle of one batch.
  ///
  /// - Parameters:
  ///   - labels: The keys and their lists, each as long as there are images.
  ///   - pixels: The images, `[image, 3072]`.
  public static func batch(
    labels: [(key: String, values: [Int])], pixels: [UInt8], style: Style = .python2,
    isColumnMajor: Bool = false
  ) -> [UInt8] {
    var writer = PickleWriter(style, isColumnMajor: isColumnMajor)
    let count = pixels.count / 3072
    writer.raw([0x80, 2, UInt8(ascii: "}")])
    writer.put()
    writer.raw("(")
    writer.string("batch_label")
    writer.string("training batch 1 of 5")
    for (key, values) in labels {
      writer.string(key)
      writer.list(values) { $0.integer($1) }
    }
    writer.string("data")
    writer.array(pixels, rows: count)
    writer.string("filenames")
    writer.list(Array(0..<count)) { $0.string("image_\($1).png") }
    writer.raw("u.")
    return writer.bytes
  }

  /// The pickles of binary records, whose labels come first.
  public static func batch(
    records: [UInt8], labelKeys: [String], style: Style = .python2, isColumnMajor: Bool = false
  ) -> [UInt8] {
    let length = labelKeys.count + 3072
    let starts = stride(from: 0, to: records.count, by: length)
    return batch(
      labels: labelKeys.enumerated().map { place, key in (key, starts.map { Int(records[$0 + place]) }) },
      pixels: starts.flatMap { records[$0 + labelKeys.count..<$0 + length] }, style: style,
      isColumnMajor: isColumnMajor)
  }

  /// Writes bytes as they are.
  public mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }

  /// Writes opcodes or other text as it is.
  public mutating func raw(_ text: String) { bytes += Array(text.utf8) }

  /// Remembers the last value.
  public mutating func put() {
    if memoCount < 256 {
      raw([UInt8(ascii: "q"), UInt8(memoCount)])
    } else {
      raw([UInt8(ascii: "r")] + Self.littleEndian(memoCount))
    }
    memoCount += 1
  }

  /// Writes a short string in the style's way.
  public mutating func string(_ text: String) {
    switch style {
    case .python2:
      raw([UInt8(ascii: "U"), UInt8(text.utf8.count)] + Array(text.utf8))
      put()
    case .python3Text: unicode(Array(text.utf8))
    case .python3Bytes: encoded(Array(text.utf8))
    }
  }

  /// Writes an integer in the shortest way.
  public mutating func integer(_ value: Int) {
    if let byte = UInt8(exactly: value) {
      raw([UInt8(ascii: "K"), byte])
    } else if let number = UInt16(exactly: value) {
      raw([UInt8(ascii: "M"), UInt8(number & 0xff), UInt8(number >> 8)])
    } else {
      raw([UInt8(ascii: "J")] + Self.littleEndian(UInt32(bitPattern: Int32(value))))
    }
  }

  /// Writes an array of bytes with 3072 columns.
  public mutating func array(_ content: [UInt8], rows: Int) {
    let isPython2 = style == .python2
    raw("c\(isPython2 ? "numpy.core" : "numpy._core").multiarray\n_reconstruct\n")
    put()
    raw("cnumpy\nndarray\n")
    put()
    raw([UInt8(ascii: "K"), 0, 0x85])
    data(Array("b".utf8))
    raw([0x87, UInt8(ascii: "R")])
    put()
    raw("(K\u{1}")
    integer(rows)
    integer(3072)
    raw([0x86])
    raw("cnumpy\ndtype\n")
    put()
    if isPython2 { string("u1") } else { unicode(Array("u1".utf8)) }
    raw(isPython2 ? Array("K\u{0}K\u{1}".utf8) : [0x89, 0x88])
    raw([0x87, UInt8(ascii: "R")])
    put()
    raw("(K\u{3}")
    if isPython2 { string("|") } else { unicode(Array("|".utf8)) }
    raw("NNN")
    integer(-1)
    integer(-1)
    raw("K\u{0}tb")
    raw([isColumnMajor ? 0x88 : 0x89])
    data(isColumnMajor ? Self.transposed(content, rows: rows) : content)
    raw("tb")
  }

  /// Writes a list in portions of 1000, as Python does.
  private mutating func list(_ values: [Int], _ write: (inout PickleWriter, Int) -> Void) {
    raw("]")
    put()
    var rest = values[...]
    while !rest.isEmpty {
      let portion = rest.prefix(1000)
      rest = rest.dropFirst(portion.count)
      if portion.count > 1 { raw("(") }
      for value in portion { write(&self, value) }
      raw(portion.count > 1 ? "e" : "a")
    }
  }

  /// Writes a byte string.
  private mutating func data(_ content: [UInt8]) {
    guard style == .python2 else { return encoded(content) }
    if content.count < 256 {
      raw([UInt8(ascii: "U"), UInt8(content.count)] + content)
    } else {
      raw([UInt8(ascii: "T")] + Self.littleEndian(UInt32(content.count)) + content)
    }
    put()
  }

  private mutating func unicode(_ utf8: [UInt8]) {
    raw([UInt8(ascii: "X")] + Self.littleEndian(UInt32(utf8.count)) + utf8)
    put()
  }

  /// Writes bytes as Python 3 does in protocol 2.
  private mutating func encoded(_ content: [UInt8]) {
    raw("c_codecs\nencode\n")
    put()
    unicode(content.flatMap { $0 < 0x80 ? [$0] : [0xc0 | $0 >> 6, 0x80 | $0 & 0x3f] })
    unicode(Array("latin1".utf8))
    raw([0x86, UInt8(ascii: "R")])
    put()
  }

  private static func transposed(_ content: [UInt8], rows: Int) -> [UInt8] {
    let columns = content.count / rows
    return (0..<columns).flatMap { column in (0..<rows).map { content[$0 * columns + column] } }
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
