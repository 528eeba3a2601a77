/// One step of an image transform, such as `.crop(size: 24)`.
///
/// Pixel values are 0...255 before the first operation and are neither clipped nor rounded between
/// operations. Random choices are made anew for every record of every epoch.
public struct ImageOperation: Sendable, Hashable, CustomStringConvertible {
  /// All operations, in the order in which messages list them; each is a file in `Operations`.
  static let kinds: [any ImageOperationKind.Type] = [
    Crop.self, RandomCrop.self, Pad.self, Translate.self, Flip.self, Brightness.self, Contrast.self,
    Standardize.self, Normalize.self, Scale.self, Cutout.self,
  ]

  /// The most operations of one transform.
  public static let countLimit = 64
  /// The largest size that an operation may name, and the largest side of an image, in pixels.
  public static let sizeLimit = 4096
  /// The widest margin of one pad operation, in pixels.
  public static let marginLimit = 1024
  /// The most parts into which frames and cutouts are mirrored: each one into nine by each reflecting pad after it.
  public static let reflectedPartLimit = 1000

  let kind: any ImageOperationKind

  init(_ kind: some ImageOperationKind) {
    self.kind = kind
  }

  /// Whether the operation calculates with values instead of moving them.
  ///
  /// Such an operation makes ``ElementType/float32`` the default element type.
  public var computes: Bool { type(of: kind).computes }

  /// The operation's name in a `--transform` text.
  public var name: String { type(of: kind).name }

  /// The operation as ``parse(_:statistics:)`` reads it.
  public var description: String { ([name] + kind.arguments).joined(separator: ":") }

  /// Whether both are written alike.
  public static func == (first: ImageOperation, second: ImageOperation) -> Bool {
    first.description == second.description
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(description)
  }

  /// The names of all operations.
  public static var names: [String] { kinds.map { $0.name } }

  /// What their texts begin with: the name, and a colon where numbers have to follow.
  public static var beginnings: [String] {
    kinds.map { $0.form.hasPrefix($0.name + ":") ? $0.name + ":" : $0.name }
  }

  static var allForms: String { kinds.map { $0.form }.joined(separator: ", ") }

  /// The operations of a text such as `crop:24,standardize`, in their order.
  ///
  /// Checks the form only; compiling checks the numbers against each other and against the image.
  ///
  /// - Parameters:
  ///   - text: Operations separated by commas, and blanks around them, or `none` for no operation.
  ///   - statistics: What `normalize` without numbers stands for.
  /// - Throws: ``TransformError/unknownOperation(name:)`` or ``TransformError/malformedOperation(text:expected:)``
  ///   for the first operation that is wrong.
  public static func parse(
    _ text: String, statistics: DatasetStatistics
  ) throws(TransformError) -> [ImageOperation] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(withoutBlanks)
    if parts == ["none"] { return [] }
    var operations: [ImageOperation] = []
    for part in parts { operations.append(try parseOne(part, statistics: statistics)) }
    return operations
  }

  /// The text without the blanks around it, which people put behind commas.
  private static func withoutBlanks(_ text: Substring) -> Substring {
    let rest = text.drop { $0 == " " }
    return rest.lastIndex { $0 != " " }.map { rest[...$0] } ?? ""
  }

  private static func parseOne(
    _ text: Substring, statistics: DatasetStatistics
  ) throws(TransformError) -> ImageOperation {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let kind = kinds.first(where: { $0.name == name }) else {
      throw .unknownOperation(name: name.isEmpty ? "'\(text)'" : name)
    }
    guard let found = kind.parse(OperationArguments(parts.dropFirst(), statistics: statistics)) else {
      let meaning = kind.meaning.isEmpty ? "" : ", " + kind.meaning
      throw .malformedOperation(text: String(text), expected: kind.form + meaning)
    }
    return ImageOperation(found)
  }

  /// The text from which ``parse(_:statistics:)`` makes the same operations; `none` for no operation.
  ///
  /// `normalize` always has its numbers, so that the text means the same for every data set.
  public static func text(of operations: [ImageOperation]) -> String {
    operations.isEmpty ? "none" : operations.map(\.description).joined(separator: ",")
  }
}

/// All that is known about one operation: how it is written, what it allows, and how it is prepared.
protocol ImageOperationKind: Sendable {
  /// What stands before the first colon.
  static var name: String { get }
  /// How the operation is written, for messages.
  static var form: String { get }
  /// What the letters of the form stand for; empty for a form without letters.
  static var meaning: String { get }
  /// Whether it calculates with values instead of moving them.
  static var computes: Bool { get }
  /// Whether the results make sense as whole numbers of 0...255.
  static var suitsBytes: Bool { get }

  /// The operation with what stands behind its name; `nil` when that does not have the form.
  static func parse(_ arguments: OperationArguments) -> Self?
  /// What stands behind the name, of which ``parse(_:)`` makes the same operation.
  var arguments: [String] { get }

  /// Checks the numbers against the image so far, and adds the steps that do the work.
  func compile(into compiler: inout TransformCompiler) throws(TransformError)
}

extension ImageOperationKind {
  static var form: String { name }
  static var meaning: String { "" }
  static var computes: Bool { false }
  static var suitsBytes: Bool { true }
  var arguments: [String] { [] }
}

/// What stands behind the name of an operation in a text.
struct OperationArguments {
  private let texts: ArraySlice<Substring>
  /// What `normalize` without numbers stands for.
  let statistics: DatasetStatistics

  init(_ texts: ArraySlice<Substring>, statistics: DatasetStatistics) {
    self.texts = texts
    self.statistics = statistics
  }

  /// Whether nothing stands there.
  var isEmpty: Bool { texts.isEmpty }

  /// The one argument, if it is decimal digits only that fit.
  var wholeNumber: Int? {
    texts.count == 1 ? Self.wholeNumber(texts.first) : nil
  }

  /// The first of two arguments, if it is such a number and the second is `word`.
  func wholeNumber(before word: String) -> Int? {
    texts.count == 2 && texts.last! == word ? Self.wholeNumber(texts.first) : nil
  }

  /// Whether `word` is the one argument.
  func isOnly(_ word: String) -> Bool { texts.count == 1 && texts.first! == word }

  private static func wholeNumber(_ text: Substring?) -> Int? {
    guard let text else { return nil }
    return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  /// The arguments, if they are this many decimal numbers.
  func numbers(_ count: Int) -> [Double]? {
    let numbers = texts.compactMap(Self.number)
    return texts.count == count && numbers.count == count ? numbers : nil
  }

  /// The arguments, if they are this many times three numbers separated by slashes.
  func channelValues(_ count: Int) -> [ChannelValues]? {
    let values = texts.compactMap { text -> ChannelValues? in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let numbers = parts.compactMap(Self.number)
      return parts.count == 3 && numbers.count == 3 ? ChannelValues(numbers) : nil
    }
    return texts.count == count && values.count == count ? values : nil
  }

  /// A decimal number, also with an exponent; `nil` for words such as `inf` and for hexadecimal.
  private static func number(_ text: Substring) -> Double? {
    text.utf8.allSatisfy { "0123456789.+-eE".utf8.contains($0) } ? Double(text) : nil
  }

  /// The shortest text that reads back as the same number; whole numbers without `.0`.
  static func text(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Three numbers separated by slashes.
  static func text(_ values: ChannelValues) -> String {
    "\(text(values.x))/\(text(values.y))/\(text(values.z))"
  }
}
