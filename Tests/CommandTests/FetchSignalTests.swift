import Platform
import PipeTestSupport
import SystemPackage
import Testing
import Threads

/// A download that is ended on the way, and run again.
@Suite("Fetch, ended on the way", .timeLimit(.minutes(5)))
struct FetchSignalTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  @Test("a signal at half ends the run, which says how to go on, and the next run goes on (F26)")
  func signalled() {
    let half = Samples.archive.count / 2
    let server = LoopbackServer { request, index in
      index == 0
        ? [
          .head(200, [("Content-Length", "\(Samples.archive.count)"), ("ETag", "\"1\"")]),
          .bytes(Array(Samples.archive[..<half])), .stall,
        ] : .file(Samples.archive, for: request, tag: "\"1\"")
    }
    let run = place.fetch(server.url("/a.tar.gz"), "--output", "out", "--quiet").start()
    place.waitForPart(half)

    run.send(SIGINT)
    let result = run.finishChecked()
    let left = place.names
    let again = place.fetch(server.url("/a.tar.gz"), "--output", "out").runChecked()

    #expect(result.status == .signalled(SIGINT))
    #expect(result.duration < .seconds(2))
    #expect(result.errorText.contains("stopped with \(half) of \(Samples.archive.count) bytes"))
    #expect(result.errorText.contains("the same command continues from there"))
    #expect(left == ["\(FetchPlace.archiveName).part", "\(FetchPlace.archiveName).part.origin"])
    #expect(again.status == .exited(0))
    #expect(server.requests.map(\.rangeStart) == [nil, half])
    #expect(place.names == [Samples.directory, FetchPlace.archiveName])
  }

  @Test("kill -9 at any of fifty points, then run again: right, and nothing left (F27)")
  func killed() {
    let plan = Monitor(0)
    let server = LoopbackServer { request, _ in
      let cut = plan.withLock { $0 }
      guard cut > 0, request.rangeStart == nil else {
        return .file(Samples.archive, for: request, tag: "\"1\"")
      }
      return [
        .head(200, [("Content-Length", "\(Samples.archive.count)"), ("ETag", "\"1\"")]),
        .bytes(Array(Samples.archive[..<cut])), .stall,
      ]
    }
    for point in 1...50 {
      let cut = 48 + (Samples.archive.count - 49) * point / 51
      plan.withLock { $0 = cut }
      let run = place.fetch(server.url("/a.tar.gz"), "--output", "out", "--archive-only").start()
      place.waitForPart(cut)
      run.send(SIGKILL)
      _ = run.finish()
      #expect(!place.names.contains(FetchPlace.archiveName), "\(point)")
      plan.withLock { $0 = 0 }

      let again = place.archiveOnly(server)

      #expect(again.status == .exited(0), "\(point)")
      #expect(FileBytes.read(place.out.appending(FetchPlace.archiveName)) == Samples.archive, "\(point)")
      #expect(place.names == [FetchPlace.archiveName], "\(point)")
      unlink(place.out.appending(FetchPlace.archiveName).string)
    }
  }
}
