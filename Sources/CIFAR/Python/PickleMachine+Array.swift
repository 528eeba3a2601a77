/// What NumPy does to pickle an array of bytes, followed step by step and not called.
extension PickleMachine {
  /// Puts what a function would return in the place of its name and arguments.
  mutating func reduce() throws(DatasetError) {
    let values = try take(2)
    guard case .name(let name) = values[0], case .tuple(let arguments) = values[1] else {
      throw input.fault(.unexpected("a name and its arguments"))
    }
    switch name {
    case .encode:
      guard arguments.count == 2, case .text(let range) = arguments[0],
        ["latin1", "latin-1"].contains(try text(arguments[1]))
      else { throw input.fault(.unexpected("text in latin1")) }
      stack.append(.latin1(range))
    case .elementType:
      guard arguments.count == 3, ["u1", "uint8"].contains(try text(arguments[0])) else {
        throw input.fault(.unexpected("elements that are bytes, u1"))
      }
      stack.append(.elementType)
    case .reconstruct:
      guard arguments.count == 3, case .name(.array) = arguments[0], case .tuple = arguments[1], !hasArray
      else { throw input.fault(.unexpected("one array alone")) }
      hasArray = true
      stack.append(.array)
    case .array: throw input.fault(.unexpected("a function"))
    }
  }

  /// Sets the state of the array or of its element type.
  mutating func build() throws(DatasetError) {
    let state = try take(1)[0]
    guard case .tuple(let values) = state else { throw input.fault(.unexpected("a state")) }
    switch stack.last {
    case .elementType?:
      // Version, byte order, and nothing else that bytes would have: no parts, no fields.
      guard values.count >= 5, try text(values[1]) == "|", case .none = values[2], case .none = values[3],
        case .none = values[4]
      else { throw input.fault(.unexpected("plain bytes as elements")) }
    case .array?:
      guard arrayState == nil else { throw input.fault(.unexpected("one state of the array")) }
      arrayState = try array(values)
    default: throw input.fault(.unexpected("an array or element type"))
    }
  }

  /// The array with this state: version, shape, element type, order, content.
  private func array(_ values: [PickleValue]) throws(DatasetError) -> PickleArray {
    guard values.count == 5, case .integer(1) = values[0], case .tuple(let shape) = values[1],
      shape.count == 2,
      case .integer(let rows) = shape[0], case .integer(let columns) = shape[1], case .elementType = values[2]
    else { throw input.fault(.unexpected("the state of an array of bytes with two axes")) }
    let isColumnMajor: Bool
    switch values[3] {
    case .boolean(let value): isColumnMajor = value
    case .integer(let value) where 0...1 ~= value: isColumnMajor = value == 1
    default: throw input.fault(.unexpected("the order of the array"))
    }
    guard rows >= 1, columns == CIFARImage.byteCount else {
      throw input.fault(
        .unexpected("an array of images, n x \(CIFARImage.byteCount), and not \(rows) x \(columns)"))
    }
    let (byteCount, overflow) = rows.multipliedReportingOverflow(by: columns)
    let isRightLength: Bool
    switch values[4] {
    case .bytes(let range): isRightLength = range.count == byteCount
    // As text a byte takes one or two.
    case .latin1(let range): isRightLength = range.count >= byteCount && range.count / 2 <= byteCount
    default: isRightLength = false
    }
    guard !overflow && isRightLength else {
      throw input.fault(.unexpected("\(rows) x \(columns) bytes for the array"))
    }
    return PickleArray(rows: rows, columns: columns, isColumnMajor: isColumnMajor, content: values[4])
  }

  private func text(_ value: PickleValue) throws(DatasetError) -> String {
    String(decoding: try string(value), as: UTF8.self)
  }
}
