import PipeTestSupport
import Testing

@testable import Download

/// Collects a response whole.
final class Collector: ResponseReceiver {
  private(set) var head: ResponseHead?
  private(set) var body: [UInt8] = []
  private(set) var longestPiece = 0
  private let limit: Int

  init(limit: Int = Int.max) {
    self.limit = limit
  }

  func receive(_ head: ResponseHead) -> Bool {
    self.head = head
    return true
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    longestPiece = max(longestPiece, bytes.count)
    body += bytes
    return body.count < limit
  }

  func tick() -> Bool { true }
}

@Suite("file URLs")
struct FileTransportTests {
  private let scratch = ScratchDirectory("file")
  private let file = archiveBytes(600_000)

  private func request(from offset: Int = 0, tag: EntityTag? = nil, name: String = "a") throws
    -> TransferRequest
  {
    var request = TransferRequest(try DownloadURL("file://\(scratch.path.string)/\(name)"), from: offset)
    request.ifRange = tag
    return request
  }

  @Test("a file is sent whole, and from an offset while its tag fits")
  func ranges() throws {
    scratch.write(file, to: "a")
    let whole = Collector()
    let rest = Collector()
    let changed = Collector()

    #expect(try FileTransport().perform(try request(), receiver: whole) == .ended)
    let tag = try #require(whole.head?.entityTag)
    _ = try FileTransport().perform(try request(from: 1000, tag: tag), receiver: rest)
    _ = try FileTransport().perform(try request(from: 1000, tag: EntityTag("\"old\"")), receiver: changed)

    #expect(whole.body == file)
    #expect(whole.head?.contentLength == 600_000)
    #expect(rest.head?.status == 206)
    #expect(rest.head?.contentRange == ContentRange("bytes 1000-599999/600000"))
    #expect(rest.body == Array(file[1000...]))
    #expect(changed.head?.status == 200)
  }

  @Test("an offset at the end is not satisfiable, and a missing file is a 404")
  func ends() throws {
    scratch.write(file, to: "a")
    let beyond = Collector()
    let missing = Collector()

    _ = try FileTransport().perform(try request(from: 600_000), receiver: beyond)
    _ = try FileTransport().perform(try request(name: "b"), receiver: missing)

    #expect(beyond.head == ResponseHead(status: 416, fields: [("content-range", "bytes */600000")]))
    #expect(missing.head == ResponseHead(status: 404))
  }

  @Test("a receiver that has enough ends the transfer")
  func stopped() throws {
    scratch.write(file, to: "a")
    let collector = Collector(limit: 1)

    #expect(try FileTransport().perform(try request(), receiver: collector) == .stopped)
    #expect(collector.body.count < file.count)
  }

  @Test("a directory is no file")
  func directory() throws {
    let error = #expect(throws: TransportError.self) {
      try FileTransport().perform(
        TransferRequest(try DownloadURL("file://\(scratch.path.string)")), receiver: Collector())
    }

    #expect(error == .cannotConnect(reason: "not a regular file"))
  }
}
