import ArgumentParser
import CIFARFiles
import Download

/// Where an archive comes from, and by what it is recognised.
struct FetchSourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An https, http or file URL to fetch from instead of the known sources; may be repeated.",
      discussion: "Further ones are asked when the first does not deliver."))
  var url: [String] = []

  @Option(
    help: ArgumentHelp(
      "The SHA-256 that the archive must have.",
      discussion: "Default: that of the official archive.", valueName: "hex"))
  var sha256: String?

  @Option(
    help: ArgumentHelp(
      "The length that the archive must have, with --sha256 or --unverified.", valueName: "bytes"),
    transform: Bounded.integer(1...(1 << 40)))
  var size: Int?

  @Flag(help: "Take an archive whose digest is not known; its own checksums and its members are checked.")
  var unverified = false

  @Option(
    help: ArgumentHelp(
      "How often in a row a source may fail before it is left. (default: 5)", valueName: "n"),
    transform: Bounded.integer(1...100))
  var tries = 5

  @Option(
    help: ArgumentHelp("How long a source may be silent, in seconds. (default: 10)", valueName: "seconds"),
    transform: Bounded.integer(1...3600))
  var timeout = 10

  @Flag(help: "Use no network: only what is in place, and file URLs.")
  var offline = false

  @Flag(help: "Take over a copy that torchvision, Keras, TFDS, mlx-data or s4tf has left; uses no network.")
  var adopt = false

  func validate() throws {
    if let sha256, sha256.utf8.count != 64 || !sha256.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
      throw ValidationError("'--sha256' needs 64 hexadecimal digits")
    }
    if unverified && sha256 != nil {
      throw ValidationError("'--unverified' and '--sha256' exclude each other")
    }
    if size != nil && sha256 == nil && !unverified {
      throw ValidationError("'--size' needs '--sha256' or '--unverified'")
    }
    if (sha256 != nil || unverified) && url.isEmpty && !adopt {
      throw ValidationError("'--sha256' and '--unverified' need '--url' or '--adopt'")
    }
    if adopt && !url.isEmpty { throw ValidationError("'--adopt' and '--url' exclude each other") }
  }

  /// What is known of the archive.
  func expected(of archive: KnownArchive) -> ExpectedContent {
    if unverified { return ExpectedContent(byteCount: size) }
    return sha256.map { ExpectedContent(byteCount: size, sha256: $0) } ?? archive.expected
  }

  /// The sources in the order in which they are asked; those that `--offline` rules out are among them.
  ///
  /// - Throws: `DownloadError.badURL`.
  func sources(of archive: KnownArchive) throws(DownloadError) -> [DownloadURL] {
    var sources: [DownloadURL] = []
    for text in url.isEmpty ? archive.sources : url {
      sources.append(try DownloadURL(bytes: RawArguments.encode(text)))
    }
    return sources
  }
}

extension KnownArchive {
  /// What a download must have.
  var expected: ExpectedContent { ExpectedContent(byteCount: byteCount, sha256: sha256, md5: md5) }
}
