import InputPipeline

extension RecordPipeline {
  /// Starts the threads, does `work` with the batches and ends the threads; a signal stops them meanwhile.
  ///
  /// - Throws: ``CommandError/interrupted(signal:)`` once a signal has come, else the first error of the pipeline
  ///   or of `work`.
  func untilSignal<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try SignalTrap.shared.onSignal {
        self.stop()
      } during: {
        try start()
        let result = try work()
        try finish()
        return result
      }
    } catch {
      // The error at hand came first; what the stages say about the stop follows from it.
      try? finish()
      try SignalTrap.checkpoint()
      throw error
    }
  }
}
