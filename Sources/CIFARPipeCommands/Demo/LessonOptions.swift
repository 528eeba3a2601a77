import ArgumentParser
import Platform

/// One part of the tutorial.
protocol Lesson {
  /// Tells the lesson from its title to what comes next.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)``, or why nobody can be told.
  func tell(_ teller: Teller) throws
}

/// How a lesson is told.
struct LessonOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tell it so many times as fast. (default: 1)",
      discussion: "Where nobody watches, as in a pipe, there are no pauses unless this is given.",
      valueName: "x"), transform: Bounded.number(0.01...1000))
  var speed: Double?

  @Flag(help: "Wait for a key before each step; needs a terminal.")
  var step = false

  /// Tells `lesson` on standard output.
  ///
  /// - Parameter unwatchedSpeed: How fast where nobody watches and no speed is asked for; `nil` without pauses.
  func tell(_ lesson: some Lesson, unwatchedSpeed: Double? = nil) throws {
    let isWatched = OutputStream.standard.isTerminal
    guard !step || isWatched && isatty(0) == 1 else {
      throw CommandError.usage("'--step' needs a terminal for its keys and its text")
    }
    let speed = speed ?? (isWatched ? 1 : unwatchedSpeed)
    try Keyboard.silent(givingKeys: step) {
      let teller = Teller(speed: speed, waitsForKeys: step) { text in try OutputStream.standard.write(text) }
      try lesson.tell(teller)
    }
  }
}
