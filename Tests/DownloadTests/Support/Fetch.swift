import FileSupport
import Platform
import PipeTestSupport
import Synchronization
import SystemPackage

@testable import Download

/// Bytes that begin like a gzip file and repeat nowhere, always the same for a length and a seed.
func archiveBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  var bytes: [UInt8] = (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
  bytes.replaceSubrange(0..<min(3, count), with: [0x1f, 0x8b, 0x08].prefix(count))
  return bytes
}

/// A digest that only has to tell bytes apart: FNV-1a, repeated to the length of the digest it stands for.
///
/// The real ones come from a library that takes minutes to build under the thread sanitizer.
struct SumDigest: ByteDigest {
  let repetitions: Int
  private var sum: UInt64 = 0xcbf2_9ce4_8422_2325

  init(repetitions: Int) { self.repetitions = repetitions }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  func hexadecimal() -> String {
    let digits = String(sum, radix: 16)
    return String(
      repeating: String(repeating: "0", count: 16 - digits.count) + digits, count: repetitions)
  }
}

extension DigestFunctions {
  /// Stand-ins of the tests.
  static let sums = DigestFunctions(sha256: { SumDigest(repetitions: 4) }, md5: { SumDigest(repetitions: 2) })
}

/// What stands for the SHA-256 of `bytes`, in 64 hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
  var digest = DigestFunctions.sums.sha256()
  bytes.withUnsafeBytes { digest.update($0) }
  return digest.hexadecimal()
}

/// One scratch directory to fetch into, with what is needed for a fetch and what it has told.
final class Fetch: Sendable {
  let scratch = ScratchDirectory("download")
  let clock = TestClock()
  let file: [UInt8]
  let name = "archive.tar.gz"
  private let log = Mutex<[DownloadEvent]>([])

  /// A fetch of `file`.
  init(_ file: [UInt8] = archiveBytes(100_000)) {
    self.file = file
  }

  var destination: FilePath { scratch.path.appending(name) }
  var events: [DownloadEvent] { log.withLock { $0 } }
  var expected: ExpectedContent { ExpectedContent(byteCount: file.count, sha256: sha256(file)) }

  /// Fetches from the given URLs; the outcome as a value.
  func run(
    _ urls: [String], expected: ExpectedContent? = nil, settings: NetworkSettings = NetworkSettings(),
    clock: (any DownloadClock)? = nil, change: (inout DownloadRequest) -> Void = { _ in },
    isStopped: () -> Bool = { false }
  ) -> Result<DownloadResult, DownloadError> {
    Result { () throws(DownloadError) in
      var sources: [DownloadURL] = []
      for url in urls { sources.append(try DownloadURL(url)) }
      var request = DownloadRequest(
        sources: sources, destination: destination, expected: expected ?? self.expected, digests: .sums)
      change(&request)
      return try Download(request, transport: SystemTransport(settings), clock: clock ?? self.clock)
        .run(isStopped: isStopped, report: { event in log.withLock { $0.append(event) } })
    }
  }

  /// The bytes of a file in the scratch directory; `nil` if there is none.
  func bytes(_ name: String) -> [UInt8]? { FileBytes.read(scratch.path.appending(name)) }

  /// Whether something has the final name.
  var isPresent: Bool { bytes(name) != nil }

  /// Whether the right bytes have the final name, and nothing else is left.
  var isRight: Bool { bytes(name) == file && names == [name] }

  /// How many bytes the unfinished file has; 0 if there is none.
  var storedLength: Int { bytes(name + ".part")?.count ?? 0 }

  /// The names in the scratch directory, sorted.
  var names: [String] { FileBytes.names(in: scratch.path) }
}

extension Result where Success == DownloadResult, Failure == DownloadError {
  /// The failures of the sources, if that is how it ended.
  var sourceFailures: [SourceFailure] {
    if case .failure(.sources(let reports)) = self { reports.map(\.failure) } else { [] }
  }

  /// The error's text, or "OK".
  var text: String {
    switch self {
    case .success: "OK"
    case .failure(let error): "\(error)"
    }
  }

  /// The error's cause; `nil` for success.
  var cause: DownloadError.Cause? {
    if case .failure(let error) = self { error.cause } else { nil }
  }
}

/// Whether the tests that need libcurl can run.
let hasCurl = CurlTransport.loadingFailure == nil
