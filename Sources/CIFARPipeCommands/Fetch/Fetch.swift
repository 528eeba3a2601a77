import CIFARFiles
import Digests
import Download
import FileSupport
import Platform
import SystemPackage
import TarArchive

/// The fetching of one archive into a directory, and its unpacking there.
struct Fetch {
  /// Whether a wrong archive, or a directory that differs from the archive, is replaced.
  var isReplacing = false
  /// Whether the network is ruled out.
  var isOffline = false
  var unpacks = true
  /// How often in a row a source may fail.
  var maximumTries = RetryPolicy().maximumTries
  /// How long a source may be silent.
  var longestSilence = DownloadLimits().rateWindow
  /// The most bytes in a second; `nil` for all that come.
  var rateLimit: Int?

  private let place: DatasetPlace
  private let directory: FilePath
  private let sources: [DownloadURL]
  private let expected: ExpectedContent
  /// Whether the official archive is wanted, so that the official files will do, too.
  private let isOfficial: Bool

  /// A fetch that has not begun.
  ///
  /// - Parameters:
  ///   - directory: Where the archive and its contents go.
  ///   - sources: In the order in which they are asked, at least one.
  init(
    _ archive: KnownArchive, in directory: FilePath, sources: [DownloadURL], expected: ExpectedContent
  ) {
    place = DatasetPlace(archive, in: directory)
    self.directory = directory
    self.sources = sources
    self.expected = expected
    isOfficial = expected == archive.expected
  }

  private var archive: KnownArchive { place.archive }

  /// Fetches the archive, or finds it in place, then unpacks it, or finds that in place.
  ///
  /// - Throws: `DownloadError`, ``FetchError``, `ArchiveError`, `FileError`, or
  ///   ``CommandError/interrupted(signal:)``.
  func run(_ messages: MessageOptions) throws -> FetchResult {
    try run(messages, from: isOffline ? sources.filter { $0.scheme == .file } : sources)
  }

  /// Takes over a copy that another program has left on this machine: an archive, else a directory.
  ///
  /// - Throws: As ``run(_:)``; ``FetchError/nothingToAdopt(fileName:directoryName:)``.
  func adopt(_ messages: MessageOptions) throws -> FetchResult {
    if let adopted = try adoptedBefore(messages) { return adopted }
    let copies = AdoptablePlaces(variable: Environment.current.variable).copies(of: archive)
    guard !copies.archives.isEmpty else { return try adopt(copies.directories, messages) }
    do {
      return try run(messages, from: copies.archives.map { try DownloadURL(filePath: $0) })
    } catch let error as DownloadError
      where !copies.directories.isEmpty && (error.cause == .data || error.cause == .network)
    {
      return try adopt(copies.directories, messages)
    }
  }

  // MARK: -

  /// Does the work with these sources; without one, only what is in place will do.
  private func run(_ messages: MessageOptions, from sources: [DownloadURL]) throws -> FetchResult {
    if let adopted = try adoptedBefore(messages) { return adopted }
    let download = try download(messages, from: sources)
    let state = download.outcome == .alreadyPresent ? "already present" : "fetched"
    let digest = download.isVerified ? "SHA-256 is right" : "SHA-256 \(download.digests.sha256), not compared"
    messages.console.hint("\(place.archivePath.escaped): \(state), \(download.byteCount) bytes, \(digest)")
    let unpacked: FetchResult.Unpacked?
    do {
      unpacked = try unpacks ? unpack(messages) : nil
    } catch FileError.system(place.archivePath, .open, .noSuchFileOrDirectory) {
      throw FetchError.removed(place.archivePath)
    }
    return FetchResult(archive: (place.archivePath, download), unpacked: unpacked, adopted: nil)
  }

  /// Takes over one of the directories.
  private func adopt(_ directories: [FilePath], _ messages: MessageOptions) throws -> FetchResult {
    guard !directories.isEmpty else {
      throw FetchError.nothingToAdopt(
        fileName: archive.fileName.string, directoryName: archive.directoryName.string)
    }
    let target = place.directoryPath
    let checking = ProgressLine(messages, "checking")
    let copying = ProgressLine(messages, "copying")
    defer {
      checking.end()
      copying.end()
    }
    let adoption = Adoption(archive, mustBeOfficial: isOfficial, checkpoint: SignalTrap.checkpoint)
    let (source, summary) = try adoption.takeFirst(of: directories, to: target, isReplacing: isReplacing) {
      step in
      switch step {
      case .checking(let byteCount, let total): checking.show(byteCount, of: total)
      case .copying(let byteCount, let total): copying.show(byteCount, of: total)
      }
    }
    messages.console.hint("\(target.escaped): \(summary.fileCount) files taken over from \(source.escaped)")
    return FetchResult(
      archive: nil, unpacked: .init(directory: target, summary: summary, wasThere: false), adopted: source)
  }

  /// The directory of an earlier adoption, which has no archive beside it, if it is right.
  private func adoptedBefore(_ messages: MessageOptions) throws -> FetchResult? {
    // Without a directory to look into there is nothing in it.
    guard unpacks, isOfficial, !isReplacing, let kinds = try? place.kinds(), kinds.archive == nil,
      kinds.directory == .directory
    else { return nil }
    let line = ProgressLine(messages, "checking")
    defer { line.end() }
    do {
      let summary = try place.auditDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
      messages.console.hint("\(place.directoryPath.escaped): already present, \(summary.fileCount) files")
      return FetchResult(
        archive: nil, unpacked: .init(directory: place.directoryPath, summary: summary, wasThere: true),
        adopted: nil)
    } catch is CopyError {
      // What is wrong with it is told when it stands against the archive.
      return nil
    }
  }

  private func download(_ messages: MessageOptions, from sources: [DownloadURL]) throws -> DownloadResult {
    let isPossible = !sources.isEmpty
    var request = DownloadRequest(
      sources: isPossible ? sources : self.sources, destination: place.archivePath, expected: expected,
      digests: DigestFunctions(sha256: { Digest(.sha256) }, md5: { Digest(.md5) }))
    request.replacesExisting = isReplacing
    if !expected.isVerifiable {
      request.inspect = { [archive] path in
        let line = ProgressLine(messages, "checking")
        defer { line.end() }
        return try Self.finding(in: path, archive, progress: line.reading)
      }
    }
    request.retries.maximumTries = maximumTries
    request.limits.rateWindow = longestSilence
    var settings = Environment.current.networkSettings
    settings.userAgent = "cifar-pipe/\(ThisProcess.version)"
    settings.rateLimit = rateLimit
    // What is slow on request is neither too slow nor silent.
    if let rateLimit {
      request.limits.minimumRate = min(request.limits.minimumRate, rateLimit / 4)
      request.limits.silenceRate = min(request.limits.silenceRate, rateLimit / 4)
    }
    let transport: any HTTPTransport =
      isPossible
      ? SystemTransport(settings, log: messages.verbose ? Self.note(messages.console) : nil) : NoTransport()
    let reporter = isPossible ? FetchReporter(messages) : nil
    let outcome = Result { () throws(DownloadError) in
      try Download(request, transport: transport).run(
        isStopped: { SignalTrap.shared.signal != nil }, report: { reporter?.report($0) })
    }
    reporter?.finish()
    switch outcome {
    case .success(let result): return result
    case .failure(.transportUnavailable) where !isPossible: throw FetchError.offline(place.archivePath)
    case .failure(.notInspected(let error)): throw error
    case .failure(let error): throw error
    }
  }

  /// Prints heads as curl does: `>` for what is sent, `<` for what comes.
  private static func note(_ console: Console) -> HeadLog {
    { line in console.note("\(line.isReceived ? "<" : ">") \(line.text)") }
  }

  /// What is wrong with an archive of which no digest is known; `nil` for nothing.
  private static func finding(
    in path: FilePath, _ archive: KnownArchive, progress: ReadProgress?
  ) throws -> String? {
    do {
      _ = try RecognizedArchive(
        opening: path, as: archive, checkpoint: SignalTrap.checkpoint, progress: progress
      ).check()
      return nil
    } catch let error as ArchiveError {
      return error.finding
    } catch let error as any CausedError where error.cause == .data {
      return "\(error)"
    }
  }

  /// Unpacks the archive, unless the directory is there already and is what the archive holds.
  private func unpack(_ messages: MessageOptions) throws -> FetchResult.Unpacked {
    let handle = try DirectoryHandle(opening: directory)
    if let summary = try present(messages) {
      // An earlier run may have put the directory there and then been unable to remove the one that it has replaced.
      try? handle.removeAbandoned(TemporaryName(for: archive.directoryName, purpose: .staging))
      return .init(directory: place.directoryPath, summary: summary, wasThere: true)
    }
    let lock = try DirectoryLock.acquire(
      handle, until: .now + Duration.seconds(3600), checkpoint: { try SignalTrap.checkpoint() })
    defer { lock.release() }
    // Another process may have unpacked it meanwhile.
    if let summary = try present(messages) {
      return .init(directory: place.directoryPath, summary: summary, wasThere: true)
    }
    do {
      let line = ProgressLine(messages, "extracting")
      defer { line.end() }
      let archive = try place.recognized(checkpoint: SignalTrap.checkpoint, progress: line.reading)
      let summary = try archive.extract(
        to: place.directoryPath, isNested: false, isReplacing: isReplacing, telling: messages, line)
      return .init(directory: place.directoryPath, summary: summary, wasThere: false)
    } catch FileError.exists {
      // Where locks do not hold, another process may have been faster; what it has unpacked will do as well.
      let summary = try compare(messages)
      return .init(directory: place.directoryPath, summary: summary, wasThere: true)
    }
  }

  /// What the directory holds that is there already; `nil` if there is none, or a wrong one that may be replaced.
  private func present(_ messages: MessageOptions) throws -> ArchiveExtractor.Summary? {
    guard try place.kinds().directory != nil else { return nil }
    do {
      return try compare(messages)
    } catch CopyError.differs where isReplacing {
      return nil
    }
  }

  private func compare(_ messages: MessageOptions) throws -> ArchiveExtractor.Summary {
    let line = ProgressLine(messages, "comparing")
    defer { line.end() }
    return try place.compareDirectory(checkpoint: SignalTrap.checkpoint, progress: line.reading)
  }
}

/// A network that is not there.
private struct NoTransport: HTTPTransport {
  func perform(
    _ request: TransferRequest, receiver: any ResponseReceiver
  ) throws(TransportError) -> TransferEnd {
    throw .unavailable(reason: "the network is ruled out")
  }
}

extension Digest: ByteDigest {}

extension DownloadURL {
  /// The URL of a file; `path` is absolute.
  ///
  /// Source: RFC 3986, section 2.1.
  init(filePath path: FilePath) throws(DownloadError) {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let bytes = path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    var text = "file://"
    for byte in bytes {
      if plain.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += byte < 16 ? "%0" : "%"
        text += String(byte, radix: 16, uppercase: true)
      }
    }
    try self.init(text)
  }
}
