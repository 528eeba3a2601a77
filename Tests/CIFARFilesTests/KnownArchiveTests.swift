import CIFAR
import CIFARFiles
import Download
import Testing

@Suite("KnownArchive")
struct KnownArchiveTests {
  @Test("every data set is known in every form, with a length, both digests and https sources")
  func complete() throws {
    #expect(
      KnownArchive.all.count == DatasetKind.allCases.count * DatasetVariant.allCases.count)
    for dataset in DatasetKind.allCases {
      for variant in DatasetVariant.allCases {
        let archive = KnownArchive.of(dataset, variant)
        #expect(archive.byteCount > 160_000_000)
        #expect(archive.sha256.count == 64)
        #expect(archive.md5.count == 32)
        #expect(archive.sources.count >= 2)
        for source in archive.sources {
          #expect(try DownloadURL(source).scheme == .https)
          #expect(source.hasSuffix("/" + archive.fileName.string))
        }
      }
    }
  }
}
