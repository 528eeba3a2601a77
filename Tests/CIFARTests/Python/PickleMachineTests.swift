import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("The pickle machine")
struct PickleMachineTests {
  /// Bytes that must be refused, and how.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let finding: PickleFault.Finding
    let offset: Int

    init(_ description: String, _ bytes: [UInt8], _ finding: PickleFault.Finding, at offset: Int) {
      testDescription = description
      self.bytes = bytes
      self.finding = finding
      self.offset = offset
    }

    init(_ description: String, _ text: String, _ finding: PickleFault.Finding, at offset: Int) {
      self.init(description, [0x80, 2] + Array(text.utf8), finding, at: offset)
    }
  }

  static let refusals = [
    Refusal("not a pickle", Array("hello".utf8), .notAPickle, at: 0),
    Refusal("protocol 0", Array("(dp0\n.".utf8), .notAPickle, at: 0),
    Refusal("protocol 4", [0x80, 4, 0x95], .wrongProtocol(4), at: 0),
    Refusal("protocol announced twice", [0x80, 2, 0x80, 2], .forbiddenOpcode(0x80), at: 2),
    Refusal("the announcement alone", [0x80], .endsEarly, at: 0),
    Refusal("nothing after it", [0x80, 2], .endsEarly, at: 2),
    Refusal(
      "a call of os.system", "cos\nsystem\nU\u{2}id\u{85}R.", .forbiddenName(Array("os.system".utf8)), at: 2),
    Refusal(
      "a name like ours", "cnumpy.core.multiarray\n_reconstruct2\n.",
      .forbiddenName(Array("numpy.core.multiarray._reconstruct2".utf8)), at: 2),
    Refusal(
      "a name without an end", "c" + String(repeating: "a", count: 100),
      .forbiddenName(Array(repeating: UInt8(ascii: "a"), count: 64)), at: 2),
    Refusal("an instance", "(ios\nsystem\n.", .forbiddenOpcode(UInt8(ascii: "i")), at: 3),
    Refusal("an object", "(o.", .forbiddenOpcode(UInt8(ascii: "o")), at: 3),
    Refusal("a persistent name", "Pabc\n.", .forbiddenOpcode(UInt8(ascii: "P")), at: 2),
    Refusal("an extension", [0x80, 2, 0x82, 1, 0x2e], .forbiddenOpcode(0x82), at: 2),
    Refusal("a new object", [0x80, 2, 0x29, 0x81, 0x2e], .forbiddenOpcode(0x29), at: 2),
    Refusal("a float", "G12345678.", .forbiddenOpcode(UInt8(ascii: "G")), at: 2),
    Refusal("no dictionary at the end", "K\u{1}.", .unexpected("the dictionary alone at the end"), at: 4),
    Refusal("nothing at the end", ".", .unexpected("the dictionary alone at the end"), at: 2),
    Refusal("a mark at the end", "}(.", .unexpected("the dictionary alone at the end"), at: 4),
    Refusal("bytes after the end", "}.x", .trailingBytes(1), at: 3),
    Refusal("two dictionaries", "}}", .unexpected("one dictionary alone"), at: 3),
    Refusal("an empty dictionary", "}.", .missingKey("data"), at: 4),
    Refusal("a tuple of nothing", [0x80, 2, 0x85], .unexpected("1 values on the stack"), at: 2),
    Refusal("a tuple across a mark", "K\u{1}(\u{85}", .unexpected("1 values on the stack"), at: 5),
    Refusal("no mark", "K\u{1}t", .unexpected("a mark on the stack"), at: 4),
    Refusal("nothing to remember", "q\u{0}", .unexpected("a value on the stack"), at: 2),
    Refusal("nothing remembered", "h\u{7}", .unexpected("a value that was remembered"), at: 2),
    Refusal("no list to append to", "}K\u{1}a", .unexpected("a list"), at: 5),
    Refusal("a list in a list", "]]a", .unexpected("integers or strings in a list"), at: 4),
    Refusal("no dictionary to set", "]K\u{1}K\u{2}s", .unexpected("a dictionary"), at: 7),
    Refusal("a key without a value", "}(U\u{1}au", .unexpected("keys with values"), at: 7),
    Refusal("a key that is a number", "}K\u{1}K\u{2}s", .unexpected("a string"), at: 7),
    Refusal("an unknown key", "}U\u{3}keyK\u{2}s.", .unknownKey(Array("key".utf8)), at: 12),
    Refusal("a string longer than the file", "U\u{9}abc", .endsEarly, at: 2),
    Refusal("a string of 4 GiB", [0x80, 2, 0x54, 0xff, 0xff, 0xff, 0xff, 0x61], .endsEarly, at: 2),
    Refusal("text longer than the file", [0x80, 2, 0x58, 9, 0, 0, 0, 0x61], .endsEarly, at: 2),
    Refusal(
      "a long integer", [0x80, 2, 0x8a, 5, 1, 2, 3, 4, 5], .unexpected("an integer of at most 4 bytes"), at: 2
    ),
    Refusal("a call of a number", "K\u{1}K\u{2}R", .unexpected("a name and its arguments"), at: 6),
    Refusal("a call of a class", "cnumpy\nndarray\n(tR", .unexpected("a function"), at: 19),
    Refusal("a state of nothing", "K\u{1}(tb", .unexpected("an array or element type"), at: 6),
    Refusal(
      "text in another code", "c_codecs\nencode\n(U\u{1}aU\u{5}utf-7tR", .unexpected("text in latin1"), at: 30
    ),
  ].map { refusal in
    // The opcodes above 0x7f are written as text, in which they have two bytes.
    let bytes = refusal.bytes.starts(with: [0x80, 2]) ? join(refusal.bytes) : refusal.bytes
    return Refusal(refusal.testDescription, bytes, refusal.finding, at: refusal.offset)
  }

  /// Replaces the UTF-8 form of U+0080 to U+00BF by one byte.
  private static func join(_ bytes: [UInt8]) -> [UInt8] {
    var joined: [UInt8] = []
    for byte in bytes {
      if byte & 0xc0 == 0x80, joined.last == 0xc2 { joined.removeLast() }
      joined.append(byte)
    }
    return joined
  }

  @Test("everything but the pattern of a batch is refused with its place", arguments: refusals)
  func refuses(_ refusal: Refusal) {
    #expect(PickleSamples.fault(refusal.bytes) == PickleFault(refusal.finding, at: refusal.offset))
  }

  @Test("a pickle cut anywhere is refused", arguments: PickleWriter.Style.allCases)
  func cut(style: PickleWriter.Style) {
    let pickle = PickleSamples.pickle(PickleSamples.records(2), style: style)
    for length in 1..<pickle.count where length < 300 || length > pickle.count - 300 || length % 97 == 0 {
      #expect(PickleSamples.fault(Array(pickle[..<length])) != nil, "\(length) bytes")
    }
    #expect(PickleSamples.fault(pickle) == nil)
  }

  @Test("a changed byte outside of the pixels is refused or changes a label or a name, and nothing traps")
  func changes() {
    let pickle = PickleSamples.pickle(PickleSamples.records(1))
    var refusalCount = 0
    for index in pickle.indices where index < 200 || index > pickle.count - 80 {
      for value in [0, 1, 0x28, 0x2e, 0x52, 0x62, 0x71, 0x80, 0xff] as [UInt8] {
        var changed = pickle
        changed[index] = value
        if PickleSamples.fault(changed) != nil { refusalCount += 1 }
      }
    }
    #expect(refusalCount > 1000)
  }

  @Test("an empty file has no records")
  func empty() {
    #expect(throws: DatasetError.empty(path: "batch")) {
      try PickledBatch(PickleSamples.memory([]), kind: .cifar10)
    }
  }

  @Test(
    "values are bounded by the size of the file, whatever makes them", arguments: ["N", "(", "]", "h\u{0}"])
  func bounded(unit: String) {
    let units = repeatElement(Array(unit.utf8), count: 20_000).joined()
    let bytes = [0x80, 2] + Array("K\u{1}q\u{0}".utf8) + Array(units)

    let fault = PickleSamples.fault(bytes)

    #expect(fault?.finding == .tooManyValues(limit: 4096 + bytes.count / 3072 * 16))
  }

  @Test("tuples in tuples in tuples are refused, so that none is deep")
  func deep() {
    let bytes: [UInt8] = [0x80, 2, UInt8(ascii: "N"), 0x85, 0x85, 0x85]

    #expect(PickleSamples.fault(bytes) == PickleFault(.unexpected("a small tuple"), at: 5))
  }
}
