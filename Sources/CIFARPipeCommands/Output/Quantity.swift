/// Numbers as people read them.
enum Quantity {
  /// A number of bytes with a decimal unit: `734 B`, `17.3 MB`, `170.1 MB`.
  static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB"] {
      if value < 1000 { return unit == "B" ? "\(count) B" : "\(fixed(value, digits: 1)) \(unit)" }
      value /= 1000
    }
    return "\(fixed(value, digits: 1)) TB"
  }

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

  /// A number to about four digits, thousands apart: `1,234,567`, `12.34`, `0.001234`.
  static func short(_ number: Double) -> String {
    if number.magnitude >= 1000 { return grouped(Int(number.rounded())) }
    return fixed(number, digits: number.magnitude >= 100 ? 1 : number.magnitude >= 1 ? 2 : 4)
  }

  /// A share of 1 in percent.
  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// A time with a fitting unit.
  static func time(_ seconds: Double) -> String {
    if seconds >= 1 { return fixed(seconds, digits: 2) + " s" }
    if seconds >= 1e-3 { return fixed(seconds * 1e3, digits: 2) + " ms" }
    return fixed(seconds * 1e6, digits: 1) + " µs"
  }

  /// A number with this many digits behind the point.
  static func fixed(_ number: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    // A number that is none, or beyond whole numbers, stands as Swift writes it.
    guard let scaled = Int(exactly: (number.magnitude * scale).rounded()) else { return "\(number)" }
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int(scale))
    return sign + "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count)
      + fraction
  }

  /// So many things: `1 record`, `50,000 records`.
  static func count(_ number: Int, _ thing: String) -> String {
    "\(grouped(number)) \(thing)\(number == 1 ? "" : "s")"
  }

  /// A whole number with its thousands apart.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
  }
}
