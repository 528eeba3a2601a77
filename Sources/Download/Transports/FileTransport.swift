import FileSupport
import SystemPackage

/// Reads `file` URLs with the manners of an HTTP server: ranges, tags and lengths.
///
/// Needs no libcurl, so that an archive carried here by other means is checked and kept like a fetched one.
struct FileTransport: HTTPTransport {
  /// Bytes handed on at a time.
  private static let blockLength = 256 << 10

  /// Reads the file; the receiver's tick is called before every block.
  func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    guard let bytes = request.url.filePathBytes else {
      throw .other(reason: "the URL has a malformed escape")
    }
    let path = (bytes + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CInterop.PlatformChar.self) { FilePath(platformString: $0.baseAddress!) }
    }
    let file: CheckedFile
    do {
      file = try CheckedFile(path)
    } catch .system(_, _, .noSuchFileOrDirectory) {
      return receiver.receive(ResponseHead(status: 404)) ? .ended : .stopped
    } catch .system(_, _, let reason) {
      throw .cannotConnect(reason: "\(reason)")
    } catch {
      throw .cannotConnect(reason: "not a regular file")
    }
    let (head, start) = Self.head(for: request, of: file.status)
    guard receiver.receive(head) else { return .stopped }
    guard let start else { return .ended }
    return try Self.send(file, from: start, to: receiver)
  }

  /// The head of the response, and the offset where its body starts, `nil` for no body.
  private static func head(
    for request: TransferRequest, of status: FileStatus
  ) -> (head: ResponseHead, start: Int?) {
    let total = status.byteCount
    let stamp = "\(status.modification.seconds).\(status.modification.nanoseconds)"
    let tag = "\"\(status.device)-\(status.inode)-\(total)-\(stamp)\""
    let offset = request.ifRange.map { $0.text == tag } ?? true ? request.offset : 0
    guard offset == 0 || offset < total else {
      return (ResponseHead(status: 416, fields: [("content-range", "bytes */\(total)")]), nil)
    }
    var fields = [("content-length", "\(total - offset)"), ("etag", tag)]
    if offset > 0 { fields.append(("content-range", "bytes \(offset)-\(total - 1)/\(total)")) }
    return (ResponseHead(status: offset > 0 ? 206 : 200, fields: fields), offset)
  }

  private static func send(
    _ file: CheckedFile, from start: Int, to receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockLength, alignment: 16)
    defer { block.deallocate() }
    var offset = start
    while true {
      guard receiver.tick() else { return .stopped }
      let count: Int
      do {
        count = try file.descriptor.readFully(into: block, at: Int64(offset), path: file.path)
      } catch .system(_, _, let reason) {
        throw .broken(reason: "\(reason)")
      } catch {
        throw .broken(reason: "\(error)")
      }
      guard count > 0 else { return .ended }
      guard receiver.receive(UnsafeRawBufferPointer(rebasing: block[..<count])) else { return .stopped }
      offset += count
    }
  }
}
