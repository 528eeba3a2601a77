import ArgumentParser

/// Where a run begins.
struct ResumeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Continue an earlier run exactly.",
      discussion: "Takes the same options, --threads apart; the seed may be left out.", valueName: "token"))
  var resume: String?

  /// The token that was given.
  ///
  /// - Throws: ``ResumeError/malformed``.
  func earlier() throws(ResumeError) -> ResumeToken? {
    guard let resume else { return nil }
    return try ResumeToken(parsing: resume)
  }
}
