extension ImageOperation {
  /// The most operations of one transform.
  public static let countLimit = 64
  /// The largest size that an operation may name, and the largest side of an image, in pixels.
  public static let sizeLimit = 4096
  /// The widest margin of one pad operation, in pixels.
  public static let marginLimit = 1024

  /// How each operation is written, for messages.
  static let forms: [(name: String, form: String)] = [
    ("crop", "crop:S"), ("random-crop", "random-crop:S"), ("pad", "pad:P"), ("flip", "flip"),
    ("brightness", "brightness:D"), ("contrast", "contrast:L:U"), ("standardize", "standardize"),
    ("normalize", "normalize or normalize:R/G/B:R/G/B"), ("scale", "scale:F"), ("cutout", "cutout:S"),
  ]

  /// All forms in one line.
  static var allForms: String { forms.map(\.form).joined(separator: ", ") }

  /// The operations of a text such as `crop:24,standardize`, in their order.
  ///
  /// Checks the form only; compiling checks the numbers against each other and against the image.
  ///
  /// - Parameters:
  ///   - text: Operations separated by commas, or `none` for no operation.
  ///   - statistics: What `normalize` without numbers stands for.
  /// - Throws: ``TransformError/unknownOperation(name:)`` or ``TransformError/malformedOperation(text:expected:)``
  ///   for the first operation that is wrong.
  public static func parse(
    _ text: String, statistics: DatasetStatistics
  ) throws(TransformError) -> [ImageOperation] {
    if text == "none" { return [] }
    var operations: [ImageOperation] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      operations.append(try parseOne(part, statistics: statistics))
    }
    return operations
  }

  /// The text from which ``parse(_:statistics:)`` makes the same operations; `none` for no operation.
  ///
  /// `normalize` always has its numbers, so that the text means the same for every data set.
  public static func text(of operations: [ImageOperation]) -> String {
    operations.isEmpty ? "none" : operations.map(\.description).joined(separator: ",")
  }

  private static func parseOne(
    _ text: Substring, statistics: DatasetStatistics
  ) throws(TransformError) -> ImageOperation {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let form = forms.first(where: { $0.name == name })?.form else {
      throw .unknownOperation(name: name.isEmpty ? "'\(text)'" : name)
    }
    guard let operation = operation(named: name, arguments: parts.dropFirst(), statistics: statistics) else {
      throw .malformedOperation(text: String(text), expected: form + meaning(of: name))
    }
    return operation
  }

  /// The operation, or nil when the arguments do not have its form.
  private static func operation(
    named name: String, arguments: ArraySlice<Substring>, statistics: DatasetStatistics
  ) -> ImageOperation? {
    let sizes = arguments.compactMap(wholeNumber)
    let numbers = arguments.compactMap(number)
    let size = arguments.count == 1 ? sizes.first : nil
    switch name {
    case "crop": return size.map { .crop(size: $0) }
    case "random-crop": return size.map { .randomCrop(size: $0) }
    case "pad": return size.map { .pad(margin: $0) }
    case "cutout": return size.map { .cutout(size: $0) }
    case "flip": return arguments.isEmpty ? .flip : nil
    case "standardize": return arguments.isEmpty ? .standardize : nil
    case "brightness" where arguments.count == 1 && numbers.count == 1: return .brightness(delta: numbers[0])
    case "scale" where arguments.count == 1 && numbers.count == 1: return .scale(factor: numbers[0])
    case "contrast" where arguments.count == 2 && numbers.count == 2:
      return .contrast(lower: numbers[0], upper: numbers[1])
    case "normalize":
      if arguments.isEmpty { return .normalize(mean: statistics.mean, deviation: statistics.deviation) }
      let triples = arguments.compactMap(channelValues)
      guard arguments.count == 2, triples.count == 2 else { return nil }
      return .normalize(mean: triples[0], deviation: triples[1])
    default: return nil
    }
  }

  /// What the letters of a form stand for.
  private static func meaning(of name: String) -> String {
    switch name {
    case "crop", "random-crop", "cutout": ", S a whole number of 1...\(sizeLimit)"
    case "pad": ", P a whole number of 0...\(marginLimit)"
    case "brightness": ", D a number from 0"
    case "contrast": ", L and U numbers, 0 <= L < U"
    case "scale": ", F a number"
    case "normalize": ", the mean and the deviation of each channel"
    default: ""
    }
  }

  /// Decimal digits only; nil for anything else, also for what does not fit.
  private static func wholeNumber(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  /// A decimal number, also with an exponent; nil for words such as `inf` and for hexadecimal.
  private static func number(_ text: Substring) -> Double? {
    text.utf8.allSatisfy { "0123456789.+-eE".utf8.contains($0) } ? Double(text) : nil
  }

  /// Three numbers separated by slashes.
  private static func channelValues(_ text: Substring) -> ChannelValues? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = parts.compactMap(number)
    return parts.count == 3 && numbers.count == 3 ? ChannelValues(numbers) : nil
  }
}

extension ImageOperation: CustomStringConvertible {
  /// The operation as ``parse(_:statistics:)`` reads it.
  public var description: String {
    switch self {
    case .crop(let size), .randomCrop(let size), .cutout(let size): "\(name):\(size)"
    case .pad(let margin): "\(name):\(margin)"
    case .flip, .standardize: name
    case .brightness(let delta): "\(name):\(Self.text(delta))"
    case .contrast(let lower, let upper): "\(name):\(Self.text(lower)):\(Self.text(upper))"
    case .normalize(let mean, let deviation): "\(name):\(Self.text(mean)):\(Self.text(deviation))"
    case .scale(let factor): "\(name):\(Self.text(factor))"
    }
  }

  private static func text(_ values: ChannelValues) -> String {
    "\(text(values.x))/\(text(values.y))/\(text(values.z))"
  }

  /// The shortest text that reads back as the same number; whole numbers without `.0`.
  private static func text(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
