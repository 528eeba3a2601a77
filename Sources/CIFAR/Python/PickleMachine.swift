/// Reads the one pattern of pickle that CIFAR batches have: a dictionary of strings, lists and an array of bytes.
///
/// The machine knows the 28 opcodes of that pattern and four names. It executes nothing and refuses everything else
/// with its place. Strings are not copied, and the number of values is bounded by the number of images that
/// a file of this size can hold, so that memory stays a small part of the file's size.
/// Source: `pickletools` of the Python standard library; `ndarray.__reduce__` of NumPy.
struct PickleMachine {
  /// The most bytes of a key, a function's name or another short string.
  static let shortStringLength = 64
  /// The most values of a tuple; the state of an element type has 8 or 9.
  private static let tupleLength = 16
  /// Values that a batch has besides those of its images.
  private static let fixedValueCount = 4096
  /// Values, list entries and memo entries for each image; the wordiest pickles have 8.
  private static let valuesPerImage = 16

  var input: PickleInput
  var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var lists: [[PickleValue]] = []
  private var entries: [(key: [UInt8], value: PickleValue)] = []
  private var hasDictionary = false
  /// The state of the array, once it was set.
  var arrayState: PickleArray?
  var hasArray = false
  private var listedCount = 0
  private let valueLimit: Int

  /// A machine that has not begun.
  init(_ bytes: any PickleBytes) {
    input = PickleInput(bytes)
    valueLimit = Self.fixedValueCount + bytes.byteCount / CIFARImage.byteCount * Self.valuesPerImage
  }

  /// The entries of the dictionary in a pickle, and its lists.
  struct Content {
    /// Keys and values, in the order of the pickle.
    let entries: [(key: [UInt8], value: PickleValue)]
    /// What ``PickleValue/list(_:)`` stands for.
    let lists: [[PickleValue]]
    /// What ``PickleValue/array`` stands for.
    let array: PickleArray?
  }

  /// Reads all bytes.
  ///
  /// - Throws: ``DatasetError/badPickle(path:_:)``, or an error of the bytes.
  mutating func run() throws(DatasetError) -> Content {
    guard input.bytes.byteCount > 0 else { throw .empty(path: input.bytes.path) }
    guard try input.opcode() == PickleOpcode.proto.rawValue else { throw input.fault(.notAPickle) }
    let version = try input.byte()
    guard version == 2 else { throw input.fault(.wrongProtocol(version)) }
    while true {
      let code = try input.opcode()
      guard let opcode = PickleOpcode(rawValue: code), opcode != .proto else {
        throw input.fault(.forbiddenOpcode(code))
      }
      if opcode == .stop { return try finish() }
      try perform(opcode)
      guard stack.count + marks.count + memo.count + listedCount <= valueLimit else {
        throw input.fault(.tooManyValues(limit: valueLimit))
      }
    }
  }

  private mutating func finish() throws(DatasetError) -> Content {
    guard stack.count == 1, case .dictionary = stack[0], marks.isEmpty else {
      throw input.fault(.unexpected("the dictionary alone at the end"))
    }
    guard input.remaining == 0 else { throw input.fault(.trailingBytes(input.remaining)) }
    return Content(entries: entries, lists: lists, array: arrayState)
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(DatasetError) {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .none: stack.append(.none)
    case .newTrue: stack.append(.boolean(true))
    case .newFalse: stack.append(.boolean(false))
    case .binInt: stack.append(.integer(Int(Int32(bitPattern: try input.number(byteCount: 4)))))
    case .binInt1: stack.append(.integer(Int(try input.number(byteCount: 1))))
    case .binInt2: stack.append(.integer(Int(try input.number(byteCount: 2))))
    case .long1: try pushLong()
    case .shortBinString: stack.append(.bytes(try input.skip(Int(try input.number(byteCount: 1)))))
    // The length is signed; a negative one is longer than any file here.
    case .binString: stack.append(.bytes(try input.skip(Int(try input.number(byteCount: 4)))))
    case .binUnicode: stack.append(.text(try input.skip(Int(try input.number(byteCount: 4)))))
    case .global: try pushName()
    case .emptyList: pushList()
    case .emptyDictionary: try pushDictionary()
    case .tuple: try pushTuple(of: try takeMarked())
    case .tuple1: try pushTuple(of: try take(1))
    case .tuple2: try pushTuple(of: try take(2))
    case .tuple3: try pushTuple(of: try take(3))
    case .append: try append(try take(1))
    case .appends: try append(try takeMarked())
    case .setItem: try setItems(try take(2))
    case .setItems: try setItems(try takeMarked())
    case .binPut: try remember(at: try input.number(byteCount: 1))
    case .longBinPut: try remember(at: try input.number(byteCount: 4))
    case .binGet: try recall(try input.number(byteCount: 1))
    case .longBinGet: try recall(try input.number(byteCount: 4))
    case .reduce: try reduce()
    case .build: try build()
    case .proto, .stop: preconditionFailure("handled by the caller")
    }
  }

  // MARK: The stack

  /// Takes the last `count` values, none of which lies below a mark.
  mutating func take(_ count: Int) throws(DatasetError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw input.fault(.unexpected("\(count) values on the stack"))
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func takeMarked() throws(DatasetError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw input.fault(.unexpected("a mark on the stack")) }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func remember(at index: UInt32) throws(DatasetError) {
    guard let top = stack.last, stack.count > marks.last ?? 0 else {
      throw input.fault(.unexpected("a value on the stack"))
    }
    memo[index] = top
  }

  private mutating func recall(_ index: UInt32) throws(DatasetError) {
    guard let value = memo[index] else { throw input.fault(.unexpected("a value that was remembered")) }
    stack.append(value)
  }

  // MARK: Values

  /// NumPy on Python 2 wrote some shapes as long integers.
  private mutating func pushLong() throws(DatasetError) {
    let count = Int(try input.byte())
    guard count <= 4 else { throw input.fault(.unexpected("an integer of at most 4 bytes")) }
    let value = Int(try input.number(byteCount: count))
    let isNegative = count > 0 && value >> (8 * count - 1) != 0
    stack.append(.integer(isNegative ? value - 1 << (8 * count) : value))
  }

  private mutating func pushName() throws(DatasetError) {
    let module = try input.line(limit: Self.shortStringLength)
    let name = try input.line(limit: Self.shortStringLength)
    guard let known = PickleName(module: module, name: name) else {
      throw input.fault(.forbiddenName(module + [UInt8(ascii: ".")] + name))
    }
    stack.append(.name(known))
  }

  /// Tuples hold tuples only one deep, as those of a batch do.
  private mutating func pushTuple(of values: [PickleValue]) throws(DatasetError) {
    let isShallow = values.allSatisfy { value in
      if case .tuple(let inner) = value { !inner.contains(where: \.isTuple) } else { true }
    }
    guard isShallow && values.count <= Self.tupleLength else {
      throw input.fault(.unexpected("a small tuple"))
    }
    stack.append(.tuple(values))
  }

  private mutating func pushList() {
    stack.append(.list(lists.count))
    lists.append([])
    listedCount += 1
  }

  private mutating func append(_ values: [PickleValue]) throws(DatasetError) {
    guard case .list(let index)? = stack.last, stack.count > marks.last ?? 0 else {
      throw input.fault(.unexpected("a list"))
    }
    for value in values {
      switch value {
      case .integer, .bytes, .text, .latin1: continue
      default: throw input.fault(.unexpected("integers or strings in a list"))
      }
    }
    lists[index] += values
    listedCount += values.count
  }

  private mutating func pushDictionary() throws(DatasetError) {
    guard !hasDictionary else { throw input.fault(.unexpected("one dictionary alone")) }
    hasDictionary = true
    stack.append(.dictionary)
  }

  private mutating func setItems(_ values: [PickleValue]) throws(DatasetError) {
    guard case .dictionary? = stack.last, stack.count > marks.last ?? 0 else {
      throw input.fault(.unexpected("a dictionary"))
    }
    guard values.count.isMultiple(of: 2) else { throw input.fault(.unexpected("keys with values")) }
    for index in stride(from: 0, to: values.count, by: 2) {
      entries.append((try string(values[index]), values[index + 1]))
    }
    listedCount += values.count
  }

  /// The bytes of a short string of any kind.
  func string(_ value: PickleValue?) throws(DatasetError) -> [UInt8] {
    switch value {
    case .bytes(let range), .text(let range), .latin1(let range):
      guard range.count <= Self.shortStringLength else { throw input.fault(.unexpected("a short string")) }
      return try input.content(of: range)
    default: throw input.fault(.unexpected("a string"))
    }
  }
}
