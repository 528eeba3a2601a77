import ArgumentParser

/// Whole numbers of the command line, checked against a range before anything else happens.
enum Bounded {
  /// A parser for whole numbers in `range`.
  static func integer<Number: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<Number>
  ) -> @Sendable (String) throws -> Number {
    { text in
      guard let number = Number(text), range.contains(number) else {
        throw ValidationError("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }

  /// A parser for numbers in `range`.
  static func number(_ range: ClosedRange<Double>) -> @Sendable (String) throws -> Double {
    { text in
      guard let number = Double(text), range.contains(number) else {
        throw ValidationError("expected a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}

/// A whole number, or a word that stands for one that is known only later.
enum NumberOrWord: Sendable, Equatable {
  case number(Int)
  case word

  /// A parser for whole numbers in `range` and for `word`.
  static func parser(_ range: ClosedRange<Int>, word: String) -> @Sendable (String) throws -> NumberOrWord {
    { text in
      if text == word { return .word }
      guard let number = Int(text), range.contains(number) else {
        throw ValidationError(
          "expected '\(word)' or a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return .number(number)
    }
  }
}
