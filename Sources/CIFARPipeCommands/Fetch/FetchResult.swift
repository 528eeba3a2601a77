import Download
import SystemPackage
import TarArchive

/// What a fetch has put in place.
struct FetchResult {
  /// The directory with the files.
  struct Unpacked {
    /// Its path.
    let directory: FilePath
    /// The files in it that the archive holds.
    let summary: ArchiveExtractor.Summary
    /// Whether it was there before, and was only compared.
    let wasThere: Bool
  }

  /// The archive; `nil` if a directory was taken over.
  let archive: (path: FilePath, download: DownloadResult)?
  /// Its contents; `nil` if they were not asked for.
  let unpacked: Unpacked?
  /// The directory that was taken over.
  let adopted: FilePath?

  /// The result for programs.
  var json: [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let (path, download) = archive {
      members += [
        ("archive", .string(path.string)),
        ("outcome", .string(download.outcome == .alreadyPresent ? "already present" : "fetched")),
        ("archive_bytes", .integer(download.byteCount)),
        ("sha256", .string(download.digests.sha256)),
        ("verified", .bool(download.isVerified)),
        ("source", download.source.map { .string($0) } ?? .null),
        ("requests", .integer(download.requestCount)),
        ("received_bytes", .integer(download.receivedByteCount)),
      ]
    }
    if let adopted { members += [("outcome", .string("adopted")), ("source", .string(adopted.string))] }
    if let unpacked {
      members += [
        ("directory", .string(unpacked.directory.string)),
        ("directory_outcome", .string(unpacked.wasThere ? "already present" : "created")),
        ("files", .integer(unpacked.summary.fileCount)),
        ("bytes", .integer(Int(unpacked.summary.byteCount))),
      ]
    }
    return members
  }
}
