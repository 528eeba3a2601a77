/// A JSON text, read strictly by RFC 8259: the tests' own reader, independent of the program's writer.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Members in the order of the text; a name that comes twice is refused.
  case object([Member])

  /// A name and its value.
  struct Member: Equatable {
    let name: String
    let value: JSONValue
  }

  /// What is wrong, and at which byte.
  struct Failure: Error { let offset: Int }

  /// Reads one value that is the whole text.
  init(parsing text: String) throws(Failure) {
    var parser = Parser(bytes: Array(text.utf8))
    self = try parser.value()
    parser.skipSpaces()
    guard parser.offset == parser.bytes.count else { throw Failure(offset: parser.offset) }
  }

  /// The value of a member; `nil` without it.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The names of an object's members.
  var names: [String] {
    guard case .object(let members) = self else { return [] }
    return members.map(\.name)
  }

  /// A whole number.
  var integer: Int? {
    guard case .number(let number) = self else { return nil }
    return Int(exactly: number)
  }

  /// A number.
  var number: Double? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  /// A text.
  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements of an array.
  var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  private struct Parser {
    let bytes: [UInt8]
    var offset = 0

    mutating func skipSpaces() {
      while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
    }

    /// Takes the next byte that is no space if it is `character`.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipSpaces()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
      offset += 1
      return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
      guard take(character) else { throw Failure(offset: offset) }
    }

    mutating func value() throws(Failure) -> JSONValue {
      skipSpaces()
      for (word, value) in [("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false))]
      where bytes[offset...].starts(with: word.utf8) {
        offset += word.utf8.count
        return value
      }
      if take("[") { return .array(try list("]") { parser throws(Failure) in try parser.value() }) }
      if take("{") {
        let members = try list("}") { parser throws(Failure) in
          parser.skipSpaces()
          let name = try parser.string()
          try parser.expect(":")
          return Member(name: name, value: try parser.value())
        }
        guard Set(members.map(\.name)).count == members.count else { throw Failure(offset: offset) }
        return .object(members)
      }
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") { return .string(try string()) }
      return .number(try number())
    }

    mutating func list<Element>(
      _ end: Unicode.Scalar, _ element: (inout Parser) throws(Failure) -> Element
    ) throws(Failure) -> [Element] {
      var elements: [Element] = []
      if take(end) { return elements }
      repeat { elements.append(try element(&self)) } while take(",")
      try expect(end)
      return elements
    }

    mutating func string() throws(Failure) -> String {
      try expect("\"")
      var content: [UInt8] = []
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
        guard bytes[offset] >= 0x20 else { throw Failure(offset: offset) }
        if bytes[offset] == UInt8(ascii: "\\") {
          offset += 1
          // What the program writes for names of files; other escapes do not occur.
          guard offset < bytes.count,
            let plain = [0x22: 0x22, 0x5c: 0x5c, 0x6e: 0x0a, 0x74: 0x09][Int(bytes[offset])]
          else { throw Failure(offset: offset) }
          content.append(UInt8(plain))
        } else {
          content.append(bytes[offset])
        }
        offset += 1
      }
      try expect("\"")
      guard let text = String(validating: content, as: UTF8.self) else { throw Failure(offset: offset) }
      return text
    }

    mutating func number() throws(Failure) -> Double {
      let start = offset
      while offset < bytes.count, "+-.eE0123456789".utf8.contains(bytes[offset]) { offset += 1 }
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil,
        let number = Double(text)
      else { throw Failure(offset: start) }
      return number
    }
  }
}
