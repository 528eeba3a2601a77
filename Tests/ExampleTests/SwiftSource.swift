/// A Swift file as words and marks, without comments and the texts of strings.
///
/// Exact enough to tell which types and functions a file declares and uses; the code of interpolations is kept.
struct SwiftSource {
  /// Words, and each other character that is no blank, in order.
  let tokens: [Substring]

  init(_ text: String) {
    var scanner = Scanner(Array(text.utf8))
    scanner.copyCode()
    let code = String(decoding: scanner.code, as: UTF8.self)
    tokens = code.matches(of: /\w+|\S/).map(\.output)
  }

  /// The types and functions that the file declares at its top level for other files to use.
  var declared: Set<String> { declarations(areOwn: false) }

  /// What the file speaks of that is declared elsewhere: no members, and nothing that it declares for itself.
  var used: Set<String> {
    var names: Set<String> = []
    for index in tokens.indices where tokens[max(index - 1, 0)] != "." {
      let isCalled = tokens[min(index + 1, tokens.count - 1)] == "("
      names.insert(String(tokens[index]))
      if isCalled { names.insert("\(tokens[index])(") }
    }
    return names.subtracting(declarations(areOwn: true))
  }

  /// Names of types, and of functions with a parenthesis; own are those that are private or members.
  private func declarations(areOwn: Bool) -> Set<String> {
    var names: Set<String> = []
    var depth = 0
    var isPrivate = false
    for (token, name) in zip(tokens, tokens.dropFirst()) {
      switch token {
      case "{": depth += 1
      case "}": depth -= 1
      case "private", "fileprivate": isPrivate = true
      case "let", "var", "extension": isPrivate = false
      case "class", "struct", "enum", "protocol", "actor", "typealias", "associatedtype", "func":
        if (depth > 0 || isPrivate) == areOwn { names.insert(token == "func" ? "\(name)(" : String(name)) }
        isPrivate = false
      default: break
      }
    }
    return names
  }

  /// Copies code and leaves out comments and the texts of strings.
  private struct Scanner {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var code: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func isAt(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    /// Copies to the end, or behind the parenthesis that closes an interpolation.
    mutating func copyCode() {
      var depth = 1
      while index < bytes.count && depth > 0 {
        switch bytes[index] {
        case UInt8(ascii: "/") where isAt("//"):
          index = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
          continue
        case UInt8(ascii: "/") where isAt("/*"):
          while index < bytes.count && !isAt("*/") { index += 1 }
          index += 2
          continue
        case UInt8(ascii: "\""),
          UInt8(ascii: "#") where isAt("#\""):
          skipString()
          continue
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth -= 1
        default: break
        }
        code.append(bytes[index])
        index += 1
      }
    }

    /// Passes over a string, but copies the code of its interpolations.
    private mutating func skipString() {
      let pounds = isAt("#") ? "#" : ""
      let quotes = isAt(pounds + "\"\"\"") ? "\"\"\"" : "\""
      index += pounds.utf8.count + quotes.utf8.count
      while index < bytes.count && !isAt(quotes + pounds) {
        if isAt("\\\(pounds)(") {
          index += 2 + pounds.utf8.count
          copyCode()
        } else {
          index += isAt("\\") && pounds.isEmpty ? 2 : 1
        }
      }
      index += quotes.utf8.count + pounds.utf8.count
      code.append(UInt8(ascii: " "))
    }
  }
}
