import InputPipeline

/// What `bench --tune` found.
struct TuneReport {
  let occasion: BenchOccasion
  let tuning: Tuner.Tuning
  let tuner: Tuner
  /// The settings that were not tried but kept.
  let point: BenchPoint
  let imagesPerBatch: Double

  /// The names of settings that tuning finds by itself, or that its runs do not have.
  static let own: Set = [
    "threads", "capacity", "memory_limit_mib", "step_time_s", "epochs", "batches",
  ]
  private var keptSettings: [BenchPoint.Setting] {
    (point.sweptSettings + point.transformSettings).filter { !Self.own.contains($0.name) }
  }

  /// The options of the choice, as `batch` takes them.
  private func options(_ candidate: Tuner.Candidate) -> String {
    "--threads \(candidate.threads)" + (candidate.capacity.map { " --capacity \($0)" } ?? "")
      + (candidate.isStreamed ? " --memory-limit 0" : "")
  }

  /// The report for people.
  var text: String {
    var text = ""
    let pipeline = keptSettings.map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")
    for (name, value) in occasion.lines + [("pipeline", pipeline)] {
      text += Wrapping.text("\(name): \(value)", width: 80, indentation: 6) + "\n"
    }
    text +=
      "trainer: a step of \(Quantity.time(tuner.stepTime.inSeconds)), \(rate(tuner.stepTime)) images/s;\n"
    text += "enough: busy for at least \(Quantity.short(tuner.target)) % of the time\n\n"
    text += Table.text(
      [["step", "threads", "capacity", "records", "memory", "au_percent", "runs", ""]]
        + tuning.trials.map(row), rightAligned: 1)
    text += "\n"
    if let choice = tuning.choice {
      text += "choice: \(options(choice.candidate))\n"
      text += "  \(sureness(choice)); the pipeline asks for \(Quantity.bytes(choice.memory)) of memory\n"
      for refusal in tuning.refusals {
        text +=
          "  not enough: \(options(refusal.candidate)), "
          + "\(Quantity.fixed(refusal.utilisation.median, digits: 1)) %\n"
      }
      if tuning.refusals.isEmpty { text += "  nothing smaller is left to try\n" }
    } else {
      text += "choice: none, not even \(tuner.mostThreads) threads feed this trainer\n"
    }
    guard let fastest = tuning.fastest else {
      return text + "fastest step: none was found that \(tuner.mostThreads) threads feed\n"
    }
    return text
      + "fastest step: \(Quantity.time(fastest.stepTime.inSeconds)) (\(rate(fastest.stepTime)) images/s) with "
      + "\(options(fastest.candidate))\n  \(sureness(fastest))\n"
      + (tuning.tooFast.map {
        "  not enough: a step of \(Quantity.time($0.stepTime.inSeconds)), "
          + "\(Quantity.fixed($0.utilisation.median, digits: 1)) %\n"
      } ?? "")
  }

  private func rate(_ step: Duration) -> String { Quantity.short(imagesPerBatch / step.inSeconds) }

  private func row(_ trial: Tuner.Trial) -> [String] {
    [
      Quantity.time(trial.stepTime.inSeconds), String(trial.candidate.threads),
      trial.candidate.capacity.map(Quantity.grouped) ?? "usual",
      trial.candidate.isStreamed ? "streamed" : "stay", Quantity.bytes(trial.memory),
      Quantity.fixed(trial.utilisation.median, digits: 1),
      "\(trial.reachedCount) of \(trial.utilisations.count)", trial.isEnough ? "enough" : "too slow",
    ]
  }

  private func sureness(_ trial: Tuner.Trial) -> String {
    trial.isSure
      ? "sure: all \(trial.utilisations.count) runs reached it"
      : "not sure: \(trial.reachedCount) of \(trial.utilisations.count) runs reached it"
  }

  /// The report as an object.
  var json: JSON {
    .object(
      occasion.jsonMembers + [
        (
          "tune",
          .object([
            ("configuration", .object(keptSettings.map { ($0.name, $0.value) })),
            ("step_time_s", .number(tuner.stepTime.inSeconds)), ("target_au_percent", .number(tuner.target)),
            ("choice", tuning.choice.map(json) ?? .null), ("fastest", tuning.fastest.map(json) ?? .null),
            ("too_fast", tuning.tooFast.map(json) ?? .null),
            ("refusals", .array(tuning.refusals.map(json))), ("trials", .array(tuning.trials.map(json))),
          ])
        )
      ])
  }

  private func json(_ trial: Tuner.Trial) -> JSON {
    .object([
      ("options", .string(options(trial.candidate))), ("step_time_s", .number(trial.stepTime.inSeconds)),
      ("threads", .integer(trial.candidate.threads)), ("capacity", .optional(trial.candidate.capacity)),
      ("streamed", .bool(trial.candidate.isStreamed)), ("memory_bytes", .integer(trial.memory)),
      ("au_percent", .array(trial.utilisations.map { .number($0) })), ("enough", .bool(trial.isEnough)),
      ("sure", .bool(trial.isSure)),
    ])
  }
}
