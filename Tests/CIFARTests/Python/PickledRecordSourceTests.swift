import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("Records of a pickled batch")
struct PickledRecordSourceTests {
  /// All ways in which the same records are pickled.
  static let ways = DatasetKind.allCases.flatMap { kind in
    PickleWriter.Style.allCases.flatMap { style in [false, true].map { (kind, style, $0) } }
  }

  @Test("records have the bytes of the binary version, from a file and from memory", arguments: ways)
  func bytes(kind: DatasetKind, style: PickleWriter.Style, isColumnMajor: Bool) throws {
    let scratch = ScratchDirectory()
    let layout = kind.facts.layout
    let records = PickleSamples.records(70, layout)
    let pickle = PickleSamples.pickle(records, kind, style: style, isColumnMajor: isColumnMajor)
    let path = scratch.write(pickle, to: "data_batch_1")

    for source in [
      try PickledRecordSource(PickledBatch(path: path, kind: kind)),
      try PickledRecordSource(PickledBatch(PickleSamples.memory(pickle), kind: kind)),
    ] {
      #expect(source.recordCount == 70)
      for range in [0..<70, 0..<1, 69..<70, 13..<40, 5..<5] {
        let found = try FileRecordSourceTests.read(source, range, length: layout.recordLength)
        #expect(
          found
            == Array(records[range.lowerBound * layout.recordLength..<range.upperBound * layout.recordLength])
        )
      }
    }
  }

  @Test("more records than one portion of a Python list keep their labels")
  func manyLabels() throws {
    let records = PickleSamples.records(2_001)
    let batch = try PickledBatch(PickleSamples.memory(PickleSamples.pickle(records)), kind: .cifar10)

    #expect(batch.labels == stride(from: 0, to: records.count, by: 3_073).map { records[$0] })
  }

  @Test("a label out of range names the record and the value", arguments: [10, 255])
  func label(value: UInt8) throws {
    var records = PickleSamples.records(3)
    records[2 * 3_073] = value
    let batch = try PickledBatch(PickleSamples.memory(PickleSamples.pickle(records)), kind: .cifar10)

    #expect(
      throws: DatasetError.labelOutOfRange(
        path: "batch", record: 2, field: RecordLayout.cifar10.labels[0], value: value)
    ) {
      try PickledRecordSource(batch)
    }
  }

  @Test("a file that another process cuts short is an error with the offset (B03)")
  func truncated() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write(PickleSamples.pickle(PickleSamples.records(6)), to: "data_batch_1")
    let batch = try PickledBatch(path: path, kind: .cifar10)
    let source = try PickledRecordSource(batch)

    #expect(path.withPlatformString { truncate($0, off_t(batch.imageOffset + 2 * 3_072 + 100)) } == 0)

    #expect(
      throws: DatasetError.truncatedDuringRead(
        path: path, offset: Int64(batch.imageOffset + 3_072), expected: 2 * 3_072, found: 3_072 + 100)
    ) {
      try FileRecordSourceTests.read(source, 1..<3)
    }
    #expect(throws: DatasetError.changedDuringRead(path: path)) {
      try FileRecordSourceTests.read(source, 0..<2)
    }
  }

  @Test("a named pipe and an absent file are refused without waiting", .timeLimit(.minutes(1)))
  func kinds() {
    let scratch = ScratchDirectory()
    let pipe = scratch.path.appending("data_batch_1")
    #expect(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)
    let absent = scratch.path.appending("absent")

    #expect(throws: DatasetError.notAFile(path: pipe, kind: .pipe)) {
      try PickledBatch(path: pipe, kind: .cifar10)
    }
    #expect(throws: DatasetError.unreadable(path: absent, reason: .noSuchFileOrDirectory)) {
      try PickledBatch(path: absent, kind: .cifar10)
    }
  }
}
