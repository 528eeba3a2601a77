import FileSupport
import Platform
import Synchronization
import SystemPackage

@testable import Download

/// Fetches a file from a server whose answers are the input, then from an honest one.
///
/// Besides crashes it finds: a wrong file under the final name, files beside the documented ones, an error whose
/// message is not one printable line, and answers after which the honest server is of no more use.
///
/// The first byte chooses what is known of the file and how it is given in pieces. The answers follow, ended by
/// 0x1e: header lines as libcurl hands them on, then the body, in which some bytes stand for more (``Body``).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  guard let choices = input.first else { return 0 }
  let answers = input.dropFirst().split(separator: 0x1e, omittingEmptySubsequences: false).map(Array.init)
  place.clear()
  if choices & 0x10 != 0 {
    // Half of the file from an earlier run.
    let half = Array("HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n\u{3}\u{4}".utf8)
    _ = fetch(from: ScriptedServer([half], pieceSize: 7), choices, tries: 1)
  }
  _ = fetch(from: ScriptedServer(answers, pieceSize: 1 + Int(choices >> 5) * 40), choices, tries: 3)
  guard !place.holdsRightFile, choices & 1 != 0 else { return 0 }
  // What the answers have left may be wrong: then one run says so and clears it away.
  if let failure = fetch(from: ScriptedServer([], pieceSize: 4096), choices, tries: 3) {
    fatalError("the honest server is of no use any more: \(failure)")
  }
  return 0
}

/// Runs a download and returns the message of its failure, if it failed.
private func fetch(from server: ScriptedServer, _ choices: UInt8, tries: Int) -> String? {
  var request = DownloadRequest(
    sources: [server.url], destination: place.path.appending("file"), expected: ExpectedContent(),
    digests: DigestFunctions(sha256: { ToyDigest() }, md5: { ToyDigest() }))
  if choices & 1 != 0 { request.expected.sha256 = rightDigest }
  if choices & 2 != 0 { request.expected.byteCount = rightFile.count }
  request.expected.isGzip = choices & 4 != 0
  request.replacesExisting = choices & 8 != 0
  request.limits.unknownLength = 4 * rightFile.count
  request.retries.maximumTries = tries
  do {
    _ = try Download(request, transport: server, clock: SteppingClock()).run()
    precondition(place.holdsRightFile || choices & 1 == 0, "a wrong file has got its name")
    place.check(mayHold: ["file"])
    return nil
  } catch {
    let message = "\(error)"
    precondition(
      message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "not a line: \(message)")
    place.check(mayHold: ["file.part", "file.part.origin"])
    return message
  }
}

/// What the bytes 1 to 4 of a body stand for.
private enum Body {
  /// What was asked for.
  static let rest: UInt8 = 1
  /// The whole file.
  static let whole: UInt8 = 2
  /// Its first half.
  static let half: UInt8 = 3
  /// The connection breaks.
  static let broken: UInt8 = 4
}

private let rightFile: [UInt8] = [0x1f, 0x8b, 8] + (0..<997).map { UInt8(truncatingIfNeeded: $0 &* 7) }
private let rightDigest = {
  var digest = ToyDigest()
  rightFile.withUnsafeBytes { digest.update($0) }
  return digest.hexadecimal()
}()

/// Gives the answers of a script, then honest ones.
private final class ScriptedServer: HTTPTransport {
  let url: DownloadURL
  private let answers: Mutex<ArraySlice<[UInt8]>>
  private let pieceSize: Int

  init(_ answers: [[UInt8]], pieceSize: Int) {
    guard let url = try? DownloadURL("http://example.org/file") else {
      preconditionFailure("a good URL is refused")
    }
    self.url = url
    self.answers = Mutex(answers[...])
    self.pieceSize = pieceSize
  }

  func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    let honest = Array(
      "HTTP/1.1 200 OK\r\nContent-Length: \(rightFile.count)\r\nETag: \"a\"\r\n\r\n\u{2}".utf8)
    var rest = (answers.withLock { $0.popFirst() } ?? honest)[...]
    var parser = ResponseHeadParser()
    head: while true {
      guard receiver.tick() else { return .stopped }
      guard !rest.isEmpty else { throw .broken(reason: "no head") }
      let line = rest.prefix(through: rest.firstIndex(of: 0x0a) ?? rest.endIndex - 1)
      rest = rest.dropFirst(line.count)
      switch line.withUnsafeBytes({ parser.add($0) }) {
      case .more: continue
      case .malformed: throw .broken(reason: "malformed")
      case .complete(let head):
        guard receiver.receive(head) else { return .stopped }
        break head
      }
    }
    let isBroken = rest.contains(Body.broken)
    var body = rest.flatMap { byte -> [UInt8] in
      switch byte {
      case Body.rest: Array(rightFile.dropFirst(request.offset))
      case Body.whole: rightFile
      case Body.half: Array(rightFile.prefix(rightFile.count / 2))
      case Body.broken: []
      default: [byte]
      }
    }[...]
    while !body.isEmpty {
      let piece = body.prefix(pieceSize)
      body = body.dropFirst(pieceSize)
      guard piece.withUnsafeBytes({ receiver.receive($0) }) else { return .stopped }
    }
    if isBroken { throw .broken(reason: "broken") }
    return .ended
  }
}

/// Not a good digest, but a quick one without a library.
private struct ToyDigest: ByteDigest {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  func hexadecimal() -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }
}

/// Goes on by a tenth of a second at each look, and pauses at once.
private final class SteppingClock: DownloadClock {
  private let time = Mutex(Duration.zero)

  var now: Duration {
    time.withLock { time in
      time += .milliseconds(100)
      return time
    }
  }

  func pause(_ duration: Duration, unless isStopped: () -> Bool) {
    time.withLock { $0 += duration }
  }
}

/// The directory of the downloads.
private struct Place {
  let path: FilePath

  init() {
    var template = Array("/dev/shm/cifar-pipe-fuzz-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory: \(errno)")
    path = FilePath(platformString: template)
  }

  private var names: [String] {
    guard let names = try? DirectoryHandle(opening: path).entries() else {
      preconditionFailure("the directory is gone")
    }
    return names.map(\.string)
  }

  var holdsRightFile: Bool {
    guard let file = try? FileDescriptor.open(path.appending("file"), .readOnly) else { return false }
    defer { try? file.close() }
    var bytes = [UInt8](repeating: 0, count: rightFile.count + 1)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return false }
    return bytes.prefix(count) == rightFile[...]
  }

  func check(mayHold known: Set<String>) {
    for name in names { precondition(known.contains(name), "\(name) is left") }
  }

  func clear() {
    for name in names { unlink(path.appending(name).string) }
  }
}

private let place = Place()
