import Platform

/// Tells a lesson line by line, each at its time.
///
/// Times are those of the lesson's script: what is measured may differ from run to run, what is told does not.
final class Teller {
  /// The columns of all that is told.
  static let width = 80

  /// The time in the lesson, in seconds.
  private(set) var time = 0.0
  /// How many times as fast as the script; `nil` without pauses.
  private let speed: Double?
  private let waitsForKeys: Bool
  private let write: (String) throws -> Void

  /// A teller at the start of a lesson.
  ///
  /// - Parameters:
  ///   - speed: How many times as fast as the script says; `nil` without pauses.
  ///   - waitsForKeys: Whether a key comes before each step, in the place of pauses.
  ///   - write: Is given whole lines.
  init(speed: Double?, waitsForKeys: Bool = false, write: @escaping (String) throws -> Void) {
    self.speed = speed
    self.waitsForKeys = waitsForKeys
    self.write = write
  }

  // MARK: Time

  /// Lets so many seconds of the lesson pass.
  func pass(_ seconds: Double) throws {
    time += seconds
    guard !waitsForKeys else { return }
    let end = ContinuousClock.now + real(seconds)
    try wait { ContinuousClock.now >= end }
  }

  /// Lets the time of the lesson pass up to `end`, if it is still to come.
  func pass(until end: Double) throws {
    if end > time { try pass(end - time) }
  }

  /// Begins the time anew.
  func beginAgain() {
    time = 0
  }

  /// How long so many seconds of the lesson really take.
  func real(_ seconds: Double) -> Duration {
    speed.map { .seconds(seconds / $0) } ?? .zero
  }

  /// Waits until something is so that threads are about to bring about.
  ///
  /// What ends the wait: the condition, or a signal. Looks often in the place of being told: a queue tells nobody that
  /// a thread has begun to wait in it.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``.
  func wait(until condition: () -> Bool) throws(CommandError) {
    while !condition() {
      try SignalTrap.checkpoint()
      usleep(200)
    }
  }

  // MARK: Lines

  /// Tells a step: a line with the time, a picture, and what happened.
  ///
  /// - Parameter size: The elements in the queue, if there is one.
  func step(_ picture: String, size: Int? = nil, _ text: String) throws {
    if waitsForKeys { try Keyboard.next() }
    let left = Self.head(time: Self.text(time), size: size.map(String.init) ?? "", picture)
    let indented = Text.wrapped(text, width: Self.width - left.count)
    let space = String(repeating: " ", count: left.count)
    for (number, line) in indented.enumerated() { try write((number == 0 ? left : space) + line + "\n") }
  }

  /// Tells what is to be seen at a time: a line, for which no key is waited.
  func look(_ picture: String, _ figures: String) throws {
    try write(Text.left(Text.right(Self.text(time), 6), 8) + Text.left(picture, 66) + figures + "\n")
  }

  /// Tells the names of what ``step(_:size:_:)`` shows.
  func heading(_ picture: String, _ text: String) throws {
    try write("\n" + Self.head(time: "time", size: "size", picture) + text + "\n")
  }

  /// Tells a paragraph, behind an empty line.
  func paragraph(_ text: String) throws {
    try write("\n" + Text.wrapped(text, width: Self.width).map { $0 + "\n" }.joined())
  }

  /// Tells the title of a lesson and what one will see.
  func title(_ title: String, _ text: String) throws {
    try write(title + "\n")
    try paragraph(text + (waitsForKeys ? " Each key goes a step on." : ""))
  }

  /// Tells what to take along, and the command that comes next.
  func end(_ lessons: [String], next: String?) throws {
    try write("\nWhat to take along\n")
    for lesson in lessons {
      let lines = Text.wrapped(lesson, width: Self.width - 2)
      for (number, line) in lines.enumerated() { try write((number == 0 ? "- " : "  ") + line + "\n") }
    }
    if let next { try write("\nNext: \(next)\n") }
  }

  /// Tells lines as they are.
  func lines(_ text: String) throws {
    try write(text)
  }

  /// A time of the lesson in words.
  static func text(_ seconds: Double) -> String { Quantity.fixed(seconds, digits: 1) + " s" }

  private static func head(time: String, size: String, _ picture: String) -> String {
    Text.right(time, 6) + (size.isEmpty ? "" : Text.right(size, 5)) + "  " + picture + "  "
  }
}

/// Text in lines of some width.
enum Text {
  /// The words of `text` on lines of at most `width` characters, as far as its words allow.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The text with blanks before it, `width` characters or more.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// The text with blanks behind it, `width` characters or more.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
