import InputPipeline

extension RecordPipeline {
  /// Starts the threads, does `work` with the batches and ends the threads; a signal stops them meanwhile.
  ///
  /// Who asks gets a dump, and a stall leaves one.
  ///
  /// - Parameters:
  ///   - verb: What the consumer does with its batches, for the dump: `writing`.
  ///   - watch: How the run is watched meanwhile, if it is.
  ///   - title: What a watched run is called where there are several.
  /// - Throws: ``CommandError/interrupted(signal:)`` once a signal has come, else the first error of the pipeline
  ///   or of `work`.
  func untilSignal<Result>(
    _ verb: String, watch: RunWatch? = nil, title: String? = nil, _ work: () throws -> Result
  ) throws -> Result {
    guard let watch else { return try stoppable(verb, work) }
    return try watch.during(self, title: title) { try stoppable(verb, work) }
  }

  private func stoppable<Result>(_ verb: String, _ work: () throws -> Result) throws -> Result {
    do {
      return try SignalTrap.shared.onSignal {
        self.stop()
      } during: {
        try SignalTrap.shared.onQuestion {
          PipelineDump(self.snapshot, self.schedule, verb: verb).text
        } during: {
          try start()
          let result = try work()
          try finish()
          return result
        }
      }
    } catch {
      if let stallSnapshot {
        TerminalTurn.shared.write(PipelineDump(stallSnapshot, schedule, verb: verb).text)
      }
      // The error at hand came first; what the stages say about the stop follows from it.
      try? finish()
      try SignalTrap.checkpoint()
      throw error
    }
  }
}
