import CIFAR
import SystemPackage

/// The records of one file: how many there are, of which classes, and what is wrong with them.
struct RecordFileContent {
  private var recordCount: Int?
  private var classCounts: [[Int]] = []
  private var findings: [VerifyFinding] = []

  /// The content of a file that has no records.
  init() {}

  /// The content of a binary file that was read to its end.
  init(_ pass: FileCheck, layout: RecordLayout, path: FilePath) {
    do throws(DatasetError) {
      recordCount = try layout.recordCount(size: Int64(pass.byteCount), path: path)
    } catch {
      findings.append(.wrong("\(error)"))
    }
    if let tally = pass.tally { add(tally, path: path) }
  }

  /// The content of a file of the python version.
  ///
  /// - Throws: ``DatasetError`` when it cannot be read; what is wrong with it is a finding.
  init(_ pickle: any PickleBytes, kind: DatasetKind) throws {
    do throws(DatasetError) {
      let batch = try PickledBatch(pickle, kind: kind)
      recordCount = batch.recordCount
      var tally = RecordTally(batch.layout)
      tally.update(labels: batch.labels)
      add(tally, path: pickle.path)
    } catch {
      guard case .badPickle = error else { throw error }
      findings.append(.wrong("\(error)"))
    }
  }

  private mutating func add(_ tally: RecordTally, path: FilePath) {
    classCounts = tally.counts
    if let finding = tally.finding(path: path) { findings.append(finding) }
  }

  /// Puts the content into what is known about the file.
  func give(to file: inout CheckedFile) {
    file.recordCount = recordCount
    file.classCounts = classCounts
    file.findings += findings
  }
}
