import Threads

/// What all threads and queues of a run have done, as trace events: JSON for Perfetto and chrome://tracing.
///
/// Source: "Trace Event Format" of the Chromium project, the JSON object form; times are in microseconds.
struct TraceDocument {
  /// What one thread has done.
  struct Track {
    let name: String
    let activity: RecordedActivity
  }

  /// The size of a queue over time.
  struct Counter {
    let name: String
    let values: [(time: Int64, size: Int)]
  }

  /// What the run is called.
  let process: String
  /// Each gets a row of its own, from the top.
  let tracks: [Track]
  let counters: [Counter]
  /// When the run began, in nanoseconds of ``ThreadActivity/now``: the time 0 of the trace.
  let start: Int64

  /// From here on no thread has forgotten anything.
  ///
  /// Before it only the threads that do little could tell what they did, and batches would lack pieces.
  var windowStart: Int64 {
    tracks.filter { $0.activity.droppedCount > 0 }.compactMap { $0.activity.spans.first?.start }.max()
      ?? start
  }

  /// The whole file.
  var bytes: [UInt8] {
    var text = TraceText()
    let first = windowStart
    text.processName(process)
    // A thread with the number of the process would be taken for its main thread.
    for (thread, track) in zip((TraceText.processNumber + 1)..., tracks) {
      text.threadName(track.name, thread: thread)
      for span in track.activity.spans where span.start >= first { add(span, thread: thread, to: &text) }
    }
    for counter in counters {
      for (time, size) in counter.values where time >= first {
        text.counter(counter.name, size, at: time - start)
      }
    }
    return text.finished(dropped: tracks.reduce(0) { $0 + $1.activity.droppedCount })
  }

  private func add(_ span: ActivitySpan, thread: Int, to text: inout TraceText) {
    let (from, to) = (span.start - start, span.end - start)
    switch span.kind {
    case .work where span.name.isEmpty:
      text.span("other work", category: "work", thread: thread, from: from, to: to)
    case .work:
      text.span(span.name, number: span.number, category: "work", thread: thread, from: from, to: to)
    case .room, .element:
      let wait = ThreadActivity.Wait(queue: span.name, side: span.kind == .room ? .room : .element)
      text.span("waits \(wait.words)", category: "wait", thread: thread, from: from, to: to)
    case .event:
      text.instant(span.name, number: span.number, thread: thread, at: from)
    }
  }
}
