import Digests
import Download
import FileSupport
import SystemPackage
import TarArchive

/// The fetching of one archive into a directory, and its unpacking there.
struct Fetch {
  /// Whether a wrong archive, or a directory that differs from the archive, is replaced.
  var isReplacing = false
  /// Whether the network is ruled out.
  var isOffline = false
  /// Whether the archive is unpacked.
  var unpacks = true
  /// How often in a row a source may fail.
  var maximumTries = RetryPolicy().maximumTries
  /// How long a source may be silent.
  var longestSilence = DownloadLimits().rateWindow

  private let archive: KnownArchive
  private let directory: FilePath
  private let sources: [DownloadURL]
  private let expected: ExpectedContent

  /// A fetch that has not begun.
  ///
  /// - Parameters:
  ///   - directory: Where the archive and its contents go.
  ///   - sources: In the order in which they are asked, at least one.
  init(
    _ archive: KnownArchive, in directory: FilePath, sources: [DownloadURL], expected: ExpectedContent
  ) {
    self.archive = archive
    self.directory = directory
    self.sources = sources
    self.expected = expected
  }

  private var path: FilePath { directory.appending(archive.fileName) }
  private var target: FilePath { directory.appending(layout.directoryName) }
  private var layout: PublishedLayout { archive.layout }

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
    let copies = AdoptablePlaces().copies(of: archive, layout)
    if let adopted = try adoptedBefore(messages) { return adopted }
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
    messages.console.hint("\(path.escaped): \(state), \(download.byteCount) bytes, \(digest)")
    do {
      let unpacked = try unpacks ? unpack(messages) : nil
      if !unpacks && !download.isVerified { try check() }
      return FetchResult(archive: (path, download), unpacked: unpacked, adopted: nil)
    } catch let error as ArchiveError where !download.isVerified && download.outcome == .fetched {
      // Without a digest only reading tells right from wrong, and a wrong archive must not keep its name.
      try DirectoryHandle(opening: directory).removeFile(FilePath.Component(archive.fileName)!)
      throw error
    }
  }

  /// Takes over one of the directories.
  private func adopt(_ directories: [FilePath], _ messages: MessageOptions) throws -> FetchResult {
    guard !directories.isEmpty else {
      throw FetchError.nothingToAdopt(fileName: archive.fileName, directoryName: layout.directoryName)
    }
    let adoption = DirectoryAdoption(
      layout, into: target, isReplacing: isReplacing, isOfficial: expected == archive.expected)
    let (source, summary) = try adoption.takeFirst(of: directories, progress: ProgressLine(messages))
    messages.console.hint("\(target.escaped): \(summary.fileCount) files taken over from \(source.escaped)")
    return FetchResult(
      archive: nil, unpacked: .init(directory: target, summary: summary, wasThere: false), adopted: source)
  }

  /// The directory of an earlier adoption, which has no archive beside it, if it is right.
  private func adoptedBefore(_ messages: MessageOptions) throws -> FetchResult? {
    guard unpacks, expected == archive.expected, !isReplacing,
      let parent = try? DirectoryHandle(opening: directory),
      try parent.kind(of: FilePath.Component(archive.fileName)!) == nil,
      try parent.kind(of: FilePath.Component(layout.directoryName)!) == .directory
    else { return nil }
    let inspection = DirectoryInspection(layout, isOfficial: true)
    do {
      let check = try inspection.run(target, progress: ProgressLine(messages))
      let files = check.files.filter { !$0.isExtra }
      let summary = ArchiveExtractor.Summary(
        fileCount: files.count, byteCount: UInt64(files.compactMap(\.byteCount).reduce(0, +)))
      messages.console.hint("\(target.escaped): already present, \(summary.fileCount) files")
      return FetchResult(
        archive: nil, unpacked: .init(directory: target, summary: summary, wasThere: true), adopted: nil)
    } catch is FetchError {
      // What is wrong with it is told when it stands against the archive.
      return nil
    }
  }

  private func download(_ messages: MessageOptions, from sources: [DownloadURL]) throws -> DownloadResult {
    let isPossible = !sources.isEmpty
    var request = DownloadRequest(
      sources: isPossible ? sources : self.sources, destination: path, expected: expected,
      digests: DigestFunctions(sha256: { Digest(.sha256) }, md5: { Digest(.md5) }))
    request.replacesExisting = isReplacing
    request.retries.maximumTries = maximumTries
    request.limits.rateWindow = longestSilence
    var settings = Environment.current.networkSettings
    settings.userAgent = "cifar-pipe/\(CIFARPipe.configuration.version)"
    let transport: any HTTPTransport = isPossible ? SystemTransport(settings) : NoTransport()
    let reporter = isPossible ? FetchReporter(messages) : nil
    let outcome = Result { () throws(DownloadError) in
      try Download(request, transport: transport).run(
        isStopped: { SignalTrap.shared.signal != nil }, report: { reporter?.report($0) })
    }
    reporter?.finish()
    switch outcome {
    case .success(let result): return result
    case .failure(.transportUnavailable) where !isPossible: throw FetchError.offline(path)
    case .failure(let error): throw error
    }
  }

  /// Unpacks the archive, unless the directory is there already and is what the archive holds.
  private func unpack(_ messages: MessageOptions) throws -> FetchResult.Unpacked {
    if let present = try present() { return present }
    let handle = try DirectoryHandle(opening: directory)
    let lock = try DirectoryLock.acquire(
      handle, until: .now + Duration.seconds(3600), checkpoint: { try SignalTrap.checkpoint() })
    defer { lock.release() }
    // Another process may have unpacked it meanwhile.
    if let present = try present() { return present }
    let extraction = Extraction(
      try RecognizedArchive(opening: path, as: layout), to: target, isNested: false, isReplacing: isReplacing)
    let summary = try extraction.run(progress: ProgressLine(messages))
    messages.console.hint(extraction.sentence(summary))
    return .init(directory: target, summary: summary, wasThere: false)
  }

  /// The directory that is there already; `nil` if there is none, or a wrong one that may be replaced.
  private func present() throws -> FetchResult.Unpacked? {
    let comparison = DirectoryComparison(target)
    guard try comparison.exists() else { return nil }
    let (summary, difference) = try comparison.compare(with: try RecognizedArchive(opening: path, as: layout))
    guard let difference else { return .init(directory: target, summary: summary, wasThere: true) }
    guard isReplacing else { throw FetchError.differs(target, name: difference) }
    return nil
  }

  /// Reads the whole archive.
  private func check() throws {
    let recognized = try RecognizedArchive(opening: path, as: layout)
    try ArchiveReader(
      recognized.source, format: recognized.format, expecting: recognized.expectedMembers, overlaps: true
    ).finish()
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
