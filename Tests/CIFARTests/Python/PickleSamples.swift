import Platform
import InputPipeline
import PipeTestSupport
import SystemPackage

@testable import CIFAR

/// Records and pickles of them for the tests of the python version.
enum PickleSamples {
  /// Records in which every byte value occurs, with labels of all classes.
  static func records(_ count: Int, _ layout: RecordLayout = .cifar10, from first: Int = 0) -> [UInt8] {
    (first..<first + count).flatMap { number in
      layout.labels.map { UInt8((number * 7 + $0.offset) % $0.classCount) }
        + (0..<CIFARImage.byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &* 17 &+ $0 / 256) }
    }
  }

  /// The pickle of records.
  static func pickle(
    _ records: [UInt8], _ kind: DatasetKind = .cifar10, style: PickleWriter.Style = .python2,
    isColumnMajor: Bool = false
  ) -> [UInt8] {
    PickleWriter.batch(
      records: records, labelKeys: kind.facts.pythonLabelKeys, style: style, isColumnMajor: isColumnMajor)
  }

  /// The bytes in memory.
  static func memory(_ bytes: [UInt8]) -> PickleMemory {
    do {
      let region = try MemoryRegion(byteCount: bytes.count)
      region.bytes.copyBytes(from: bytes)
      return PickleMemory(path: "batch", region: region)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// What is wrong with the bytes, or `nil`.
  static func fault(_ bytes: [UInt8], kind: DatasetKind = .cifar10) -> PickleFault? {
    do throws(DatasetError) {
      _ = try PickledBatch(memory(bytes), kind: kind)
      return nil
    } catch .badPickle(path: "batch", let fault) {
      return fault
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

extension ScratchDirectory {
  /// Makes a directory called `name`, unless there is one.
  func makeDirectory(_ name: String) -> FilePath {
    let directory = path.appending(name)
    _ = directory.withPlatformString { mkdir($0, 0o700) }
    return directory
  }
}
