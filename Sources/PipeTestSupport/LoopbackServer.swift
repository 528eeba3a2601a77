import Platform
import Synchronization
import Threads

/// An HTTP server on the loopback address that answers from a script and remembers what it was asked.
///
/// Every connection carries one request. The script is called once for each, with the number of requests
/// before it, on a thread of that connection, and returns what to send. The server ends with its last reference.
public final class LoopbackServer: Sendable {
  /// Decides on the reply to the request number `index`, counted from 0.
  public typealias Script = @Sendable (_ request: LoopbackRequest, _ index: Int) -> [LoopbackStep]

  private let core: Core

  /// The TCP port that the server listens on.
  public var port: UInt16 { core.port }

  /// The requests so far, in the order of their arrival.
  public var requests: [LoopbackRequest] { core.requests.withLock { $0 } }

  /// Starts a server; traps if there is no free port.
  public init(_ script: @escaping Script) {
    core = Core(script)
    core.start()
  }

  deinit { core.stop() }

  /// The URL of `path`, which begins with a slash, on this server.
  public func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

/// A request as the server read it.
public struct LoopbackRequest: Sendable {
  /// The method, such as `GET`.
  public var method: String
  /// The path and query.
  public var target: String
  /// The header fields, names in lower case.
  public var fields: [String: String]

  /// The value of the field called `name`, in lower case.
  public subscript(_ name: String) -> String? { fields[name] }

  /// The first byte that a `Range: bytes=N-` asks for.
  public var rangeStart: Int? {
    guard let range = fields["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
    return Int(range.dropFirst(6).dropLast())
  }
}

/// One step of a reply.
public enum LoopbackStep: Sendable {
  /// Sends a status line and header fields; `Connection: close` is added.
  case head(Int, [(String, String)])
  /// Sends bytes as they are.
  case bytes([UInt8])
  /// Sends bytes in pieces of `piece`, with a pause of `milliseconds` after each.
  case paced([UInt8], piece: Int, milliseconds: Int)
  /// Sends nothing more until the client leaves or the server ends.
  case stall
  /// Runs something in the middle of the reply.
  case run(@Sendable () -> Void)
  /// Breaks the connection off without the orderly end of TCP.
  case reset
}

extension [LoopbackStep] {
  /// What an honest server answers: the whole of `file`, or the asked range if `tag` still fits.
  ///
  /// - Parameters:
  ///   - tag: The entity tag with its quotes; `nil` for none.
  ///   - cut: Bytes of the body after which the connection ends; `nil` for the whole body.
  public static func file(
    _ file: [UInt8], for request: LoopbackRequest, tag: String? = nil, cut: Int? = nil
  ) -> [LoopbackStep] {
    var fields = tag.map { [("ETag", $0)] } ?? []
    let fits = request["if-range"].map { $0 == tag } ?? true
    guard let start = request.rangeStart, fits else {
      fields.append(("Content-Length", "\(file.count)"))
      return [.head(200, fields), .bytes([UInt8](file.prefix(cut ?? file.count)))]
    }
    guard start < file.count else { return [.head(416, [("Content-Range", "bytes */\(file.count)")])] }
    fields.append(("Content-Length", "\(file.count - start)"))
    fields.append(("Content-Range", "bytes \(start)-\(file.count - 1)/\(file.count)"))
    return [.head(206, fields), .bytes([UInt8](file[start...].prefix(cut ?? file.count)))]
  }
}

/// The listening socket and the threads; lives until the last connection has ended.
private final class Core: Sendable {
  let port: UInt16
  let requests = Mutex<[LoopbackRequest]>([])
  private let script: LoopbackServer.Script
  private let listener: Int32
  private let isStopped = Atomic(false)

  init(_ script: @escaping LoopbackServer.Script) {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    precondition(listener >= 0, "no socket")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    precondition(bound, "no free port on the loopback address")
    port = UInt16(bigEndian: address.sin_port)
  }

  func start() {
    spawnThread { self.acceptConnections() }
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
  }

  private func acceptConnections() {
    while let ready = wait(for: Int16(POLLIN), on: listener) {
      guard ready else { continue }
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { continue }
      spawnThread {
        self.serve(connection)
        close(connection)
      }
    }
    close(listener)
  }

  /// Waits a twentieth of a second for `events`; `nil` once the server has ended.
  private func wait(for events: Int16, on descriptor: Int32) -> Bool? {
    guard !isStopped.load(ordering: .relaxed) else { return nil }
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    return poll(&entry, 1, 50) > 0
  }

  private func serve(_ connection: Int32) {
    guard let request = readRequest(connection) else { return }
    let index = requests.withLock { requests in
      requests.append(request)
      return requests.count - 1
    }
    for step in script(request, index) {
      guard perform(step, on: connection) else { return }
    }
    // Without this, unread input would turn the close into a reset that overtakes the reply.
    shutdown(connection, Int32(SHUT_WR))
    drain(connection)
  }

  private func perform(_ step: LoopbackStep, on connection: Int32) -> Bool {
    switch step {
    case .head(let status, let fields):
      let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
      return send(
        Array("HTTP/1.1 \(status) Scripted\r\n\(lines)Connection: close\r\n\r\n".utf8), on: connection)
    case .bytes(let bytes): return send(bytes, on: connection)
    case .paced(let bytes, let piece, let milliseconds):
      var rest = bytes[...]
      while !rest.isEmpty, !isStopped.load(ordering: .relaxed) {
        guard send(Array(rest.prefix(piece)), on: connection) else { return false }
        rest = rest.dropFirst(piece)
        usleep(UInt32(milliseconds) * 1000)
      }
      return true
    case .stall:
      drain(connection)
      return false
    case .run(let action):
      action()
      return true
    case .reset:
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      return false
    }
  }

  /// Reads until the client closes or the server ends.
  private func drain(_ connection: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while let ready = wait(for: Int16(POLLIN), on: connection) {
      if ready, recv(connection, &buffer, buffer.count, 0) <= 0 { return }
    }
  }

  private func send(_ bytes: [UInt8], on connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let ready = wait(for: Int16(POLLOUT), on: connection) else { return false }
      guard ready else { continue }
      let count = rest.withUnsafeBytes {
        Platform.send(connection, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      guard count > 0 || errno == EAGAIN || errno == EINTR else { return false }
      rest = rest.dropFirst(max(count, 0))
    }
    return true
  }

  private func readRequest(_ connection: Int32) -> LoopbackRequest? {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    let end = Array("\r\n\r\n".utf8)
    while text.suffix(4) != end[...] {
      guard let ready = wait(for: Int16(POLLIN), on: connection), text.count < 1 << 16 else { return nil }
      guard ready else { continue }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      text += buffer[..<count]
    }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    return LoopbackRequest(method: String(words[0]), target: String(words[1]), fields: fields)
  }
}

/// Runs `body` on a thread of its own, which nobody waits for.
private func spawnThread(_ body: @escaping @Sendable () -> Void) {
  do { _ = try PipelineThread(starting: "loopback", body: body) } catch { preconditionFailure("\(error)") }
}
