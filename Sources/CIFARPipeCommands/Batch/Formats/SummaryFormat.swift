import InputPipeline

/// `--format summary`: one object at the end.
struct SummaryFormat: BatchFormat {
  mutating func write(_ batch: Batch, to output: OutputStream) throws {}

  mutating func finish(_ totals: RunTotals, to output: OutputStream) throws {
    try output.write(totals.json.text + "\n")
  }
}
