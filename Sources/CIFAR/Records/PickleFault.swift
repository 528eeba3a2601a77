import FileSupport

/// Why bytes are not taken for the pickle of a CIFAR batch, and where.
public struct PickleFault: Equatable, Sendable {
  /// What is wrong.
  public enum Finding: Equatable, Sendable {
    /// The bytes do not begin as a pickle does.
    case notAPickle
    /// The pickle is written in another protocol than 2.
    case wrongProtocol(UInt8)
    /// The opcode is not one that the pickle of a batch has.
    case forbiddenOpcode(UInt8)
    /// The pickle names a function or class that a batch does not need; nothing is looked up or called.
    case forbiddenName([UInt8])
    /// The bytes end before the pickle does.
    case endsEarly
    /// There are bytes after the end of the pickle.
    case trailingBytes(Int)
    /// The values on the stack are not what the opcode works on; the words say what was expected.
    case unexpected(String)
    /// There are more values than records of this size can have.
    case tooManyValues(limit: Int)
    /// A key that a batch of this data set has not.
    case unknownKey([UInt8])
    /// A key comes twice.
    case repeatedKey(String)
    /// A key that a batch of this data set must have.
    case missingKey(String)
    /// A list has not as many entries as there are images.
    case wrongCount(key: String, expected: Int, found: Int)
    /// A label that does not fit into a byte.
    case badLabel(record: Int, value: Int)
  }

  /// What is wrong.
  public let finding: Finding
  /// Where the opcode begins, in bytes; the end of the pickle for findings about the whole.
  public let offset: Int

  /// A finding at `offset`.
  public init(_ finding: Finding, at offset: Int) {
    self.finding = finding
    self.offset = offset
  }
}

extension PickleFault: CustomStringConvertible {
  /// The place, then what is wrong.
  public var description: String { "not the pickle of a batch: at byte \(offset): \(finding)" }
}

extension PickleFault.Finding: CustomStringConvertible {
  /// What is wrong, in words and with figures.
  public var description: String {
    switch self {
    case .notAPickle: "no pickle begins here"
    case .wrongProtocol(let found): "protocol is not the one of the archives (expected 2, found \(found))"
    case .forbiddenOpcode(let code):
      "opcode 0x\(code < 16 ? "0" : "")\(String(code, radix: 16)) is not taken"
    case .forbiddenName(let name): "name '\(escaped(name))' is not taken"
    case .endsEarly: "ends early"
    case .trailingBytes(let count): "\(count) bytes follow the end"
    case .unexpected(let words): "expected \(words)"
    case .tooManyValues(let limit): "more values than a file of this size has (at most \(limit))"
    case .unknownKey(let key): "unknown key '\(escaped(key))'"
    case .repeatedKey(let key): "key '\(key)' comes twice"
    case .missingKey(let key): "key '\(key)' is missing"
    case .wrongCount(let key, let expected, let found):
      "'\(key)' has not an entry for each image (expected \(expected), found \(found))"
    case .badLabel(let record, let value): "label \(record) is not a byte (found \(value))"
    }
  }
}
