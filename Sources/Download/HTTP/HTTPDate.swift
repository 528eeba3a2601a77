/// A date of a header field, to the second.
///
/// Source: RFC 9110 section 5.6.7, the form `Sun, 06 Nov 1994 08:49:37 GMT` that all servers must send.
struct HTTPDate: Sendable, Equatable {
  /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
  let secondsSince1970: Int

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The date that `text` stands for, or `nil` if it is not in the form above.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = decimal(words[1]), (1...31).contains(day),
      let month = Self.months.firstIndex(of: String(words[2])), let year = decimal(words[3]),
      (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { decimal($0) }
    guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
    let days = Self.days(year: year, month: month + 1, day: day)
    secondsSince1970 = ((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]
  }

  /// Days from 1970-01-01, in the Gregorian calendar.
  ///
  /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
