/// Numbers with units, for people.
enum Quantity {
  /// A number of bytes with a decimal unit: `734 B`, `17.3 MB`, `170.1 MB`.
  static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 1000 { return unit == "B" ? "\(count) B" : "\(oneDecimal(value)) \(unit)" }
      value /= 1000
    }
    return "\(oneDecimal(value)) TB"
  }

  /// A number of bytes a second.
  static func rate(_ bytesPerSecond: Double) -> String {
    bytes(Int(min(max(bytesPerSecond, 0), 1e15))) + "/s"
  }

  /// A number of seconds: `42 s`, `12 min`, `3 h 20 min`.
  static func seconds(_ count: Int) -> String {
    switch count {
    case ..<100: "\(count) s"
    case ..<6000: "\((count + 30) / 60) min"
    default: "\(count / 3600) h \(count / 60 % 60) min"
    }
  }

  private static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
