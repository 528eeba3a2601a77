import SystemPackage
import Testing

@testable import CIFAR

@Suite("Messages about record files")
struct DatasetErrorTests {
  static let messages: [(DatasetError, String)] = [
    (
      .noRecordFiles(directory: "d", kind: .cifar10, other: nil),
      "d: no CIFAR-10 record files (expected data_batch_1.bin and others here or in cifar-10-batches-bin)"
    ),
    (
      .noRecordFiles(directory: "d", kind: .cifar100, other: .cifar10),
      "d: no CIFAR-100 record files (expected train.bin and others here or in cifar-100-binary, "
        + "found those of CIFAR-10)"
    ),
    (.missingFiles(directory: "d", names: ["a", "b"]), "d: missing a, b"),
    (
      .missingFiles(directory: "d", names: (1...12).map { "f\($0)" }),
      "d: missing f1, f2, f3, f4, f5, f6, f7, f8, f9, f10 and 2 more"
    ),
    (.unreadable(path: "a", reason: .permissionDenied), "a: permission denied"),
    (
      .notAFile(path: "a", kind: .pipe),
      "a: not a regular file (expected records, found a named pipe)"
    ),
    (.empty(path: "a"), "a: no records (the file is empty)"),
    (
      .partialRecord(path: "a", size: 30_729_999, recordLength: 3_073, remainder: 3_072),
      "a: size is not a whole number of records (expected a multiple of 3073 bytes, found 30729999, "
        + "remainder 3072)"
    ),
    (
      .labelOutOfRange(path: "a", record: 7, field: RecordLayout.cifar100.labels[0], value: 20),
      "a:7: coarse label out of range (expected 0 to 19, found 20)"
    ),
    (
      .truncatedDuringRead(path: "a", offset: 6_146, expected: 3_073, found: 12),
      "a: the file became shorter while it was read (expected 3073 bytes at offset 6146, found 12)"
    ),
    (.replacedDuringRead(path: "a"), "a: another file took its place while it was read"),
    (
      .readFailed(path: "a\nb", offset: 5, reason: .ioError),
      "a\\nb: reading at offset 5: input/output error"
    ),
    (.outOfMemory(path: "a", byteCount: 9), "a: not enough memory for 9 bytes of records"),
  ]

  @Test("a message names the thing, the expectation and the finding", arguments: messages)
  func message(error: DatasetError, text: String) {
    #expect(error.description == text)
  }
}
