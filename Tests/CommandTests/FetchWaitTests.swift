import PipeTestSupport
import Testing
import Threads

/// Servers that let a download wait; the rows F17, F19 and F24 of the catalogue of faults.
@Suite("Fetch, with waits", .timeLimit(.minutes(5)))
struct FetchWaitTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  /// Runs against a server that answers first with these heads, then with the archive.
  ///
  /// - Returns: The result, and how long after the one before each request came.
  private func run(_ heads: [LoopbackStep]) -> (CommandResult, pauses: [Duration]) {
    let times = Monitor<[ContinuousClock.Instant]>([])
    let server = LoopbackServer { request, index in
      times.withLock { $0.append(.now) }
      return index < heads.count ? [heads[index]] : .file(Samples.archive, for: request)
    }
    let result = place.archiveOnly(server)
    let found = times.withLock { $0 }
    return (result, zip(found, found.dropFirst()).map { $0.duration(to: $1) })
  }

  @Test("Retry-After is waited for (F17)")
  func retryAfter() {
    let (result, pauses) = run([.head(503, [("Retry-After", "2"), ("Content-Length", "0")])])

    #expect(result.status == .exited(0))
    #expect(result.errorText.contains("503"))
    #expect(result.errorText.contains("asking again in 2 s"))
    #expect(pauses.count == 1)
    #expect(pauses.allSatisfy { $0 >= .seconds(2) }, "\(pauses)")
    #expect(place.archive == Samples.archive)
  }

  @Test("errors of the server are followed by longer and longer waits (F19)")
  func serverErrors() {
    let (result, pauses) = run([500, 502, 504].map { .head($0, [("Content-Length", "0")]) })

    #expect(result.status == .exited(0))
    #expect(pauses.count == 3)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 * 1.3 < $1 }, "\(pauses)")
    #expect(place.archive == Samples.archive)
    #expect(place.names == [FetchPlace.archiveName])
  }

  @Test("one byte and then silence is given up within the stated time (F24)")
  func silence() {
    let server = LoopbackServer { request, _ in
      [.head(200, [("Content-Length", "\(Samples.archive.count)")]), .bytes([0x1f]), .stall]
    }

    let result = place.archiveOnly(server, "--timeout", "1", "--tries", "2")

    #expect(result.status == .exited(69))
    #expect(result.errorText.contains("nothing more comes for 1 s"), "\(result.errorText)")
    #expect(result.errorText.contains("after 2 tries"), "\(result.errorText)")
    #expect(server.requests.count == 2)
    #expect(result.duration > .seconds(2))
    #expect(result.duration < .seconds(10))
    #expect(place.part == [0x1f])
    #expect(place.archive == nil)
  }

  @Test("tries and seconds out of range are refused", arguments: [["--tries", "0"], ["--timeout", "0"]])
  func usage(options: [String]) {
    let server = LoopbackServer { request, _ in .file(Samples.archive, for: request) }
    var command = place.fetch(server.url("/a.tar.gz"), "--output", "out")
    command.arguments += options

    #expect(command.runChecked().status == .exited(64))
    #expect(server.requests.isEmpty)
  }
}
