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

  @Option(
    help: ArgumentHelp(
      "Take at most so many bytes a second, such as 500k, 2M or 1G.",
      discussion: "k is 1024 bytes, as for curl; files are not limited.", valueName: "rate"),
    transform: ByteRate.parser)
  var limitRate: Int?

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

/// Bytes in a second as curl takes them: a number, and `k`, `M` or `G` behind it for powers of 1024.
enum ByteRate {
  private static let rates = 1...(1 << 40)

  /// The number of bytes that a word stands for.
  ///
  /// - Throws: `ValidationError` for any other word.
  static func parser(_ word: String) throws -> Int {
    let factors: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let factor = word.lowercased().last.flatMap { factors[$0] }
    let digits = factor == nil ? word[...] : word.dropLast()
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else { throw invalid }
    let (rate, overflows) = number.multipliedReportingOverflow(by: factor ?? 1)
    guard !overflows, rates.contains(rate) else { throw invalid }
    return rate
  }

  private static var invalid: ValidationError {
    ValidationError("expected bytes a second such as 500000, 500k, 2M or 1G, at most 1024G")
  }
}

extension KnownArchive {
  /// What a download must have.
  var expected: ExpectedContent { ExpectedContent(byteCount: byteCount, sha256: sha256, md5: md5) }
}
