import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFAR

@Suite("A pickled batch")
struct PickledBatchTests {
  private func pickle(
    labels: [(key: String, values: [Int])], rows: Int, pixels: [UInt8]? = nil
  ) -> [UInt8] {
    PickleWriter.batch(
      labels: labels, pixels: pixels ?? [UInt8](repeating: 1, count: rows * 3_072))
  }

  @Test("the other data set's batch lacks the labels")
  func otherKind() {
    let ten = pickle(labels: [("labels", [1, 2])], rows: 2)
    let hundred = pickle(labels: [("coarse_labels", [1, 2]), ("fine_labels", [3, 4])], rows: 2)

    #expect(PickleSamples.fault(ten, kind: .cifar100)?.finding == .unknownKey(Array("labels".utf8)))
    #expect(PickleSamples.fault(hundred)?.finding == .unknownKey(Array("coarse_labels".utf8)))
    #expect(PickleSamples.fault(hundred, kind: .cifar100) == nil)
  }

  @Test("labels come in the order of the binary version, whatever the order of the keys")
  func order() throws {
    let bytes = pickle(labels: [("fine_labels", [3, 4]), ("coarse_labels", [1, 2])], rows: 2)

    let batch = try PickledBatch(PickleSamples.memory(bytes), kind: .cifar100)

    #expect(batch.labels == [1, 3, 2, 4])
  }

  @Test("missing, repeated, short and odd labels are refused")
  func labels() {
    #expect(PickleSamples.fault(pickle(labels: [], rows: 1))?.finding == .missingKey("labels"))
    #expect(
      PickleSamples.fault(pickle(labels: [("labels", [1]), ("labels", [1])], rows: 1))?.finding
        == .repeatedKey("labels"))
    #expect(
      PickleSamples.fault(pickle(labels: [("labels", [1, 2, 3])], rows: 2))?.finding
        == .wrongCount(key: "labels", expected: 2, found: 3))
    #expect(
      PickleSamples.fault(pickle(labels: [("labels", [1, -1])], rows: 2))?.finding
        == .badLabel(record: 1, value: -1))
    #expect(
      PickleSamples.fault(pickle(labels: [("labels", [1, 256])], rows: 2))?.finding
        == .badLabel(record: 1, value: 256))
  }

  @Test("an array without rows, of other columns, or with other bytes than it announces is refused")
  func shapes() {
    #expect(PickleSamples.fault(pickle(labels: [("labels", [])], rows: 0)) != nil)
    var bytes = pickle(labels: [("labels", [1])], rows: 1)
    let shape = bytes.firstIndex(where: { $0 == 0x4d })!
    #expect(Array(bytes[shape..<shape + 3]) == [0x4d, 0x00, 0x0c])
    bytes[shape + 1] = 1
    #expect(
      PickleSamples.fault(bytes)?.finding == .unexpected("an array of images, n x 3072, and not 1 x 3073"))
    bytes[shape + 1] = 0
    bytes[shape - 1] = 2
    #expect(PickleSamples.fault(bytes)?.finding == .unexpected("2 x 3072 bytes for the array"))
  }

  @Test(
    "text that is not latin1, or of another length, is refused", arguments: [0xc4, 0xff, 0x80] as [UInt8])
  func text(byte: UInt8) throws {
    var bytes = PickleSamples.pickle(PickleSamples.records(1), style: .python3Text)
    let content = bytes.indices.first {
      bytes[$0...].starts(with: [0xc2, 0x80]) || bytes[$0...].starts(with: [0xc3, 0x80])
    }!
    bytes[content] = byte

    #expect(PickleSamples.fault(bytes) != nil)
  }

  @Test("messages name the file, the place and what is wrong")
  func messages() {
    let rows: [(PickleFault.Finding, String)] = [
      (.notAPickle, "no pickle begins here"),
      (.wrongProtocol(4), "protocol is not the one of the archives (expected 2, found 4)"),
      (.forbiddenOpcode(9), "opcode 0x09 is not taken"),
      (.forbiddenName(Array("os.\n".utf8)), "name 'os.\\n' is not taken"),
      (.endsEarly, "ends early"),
      (.trailingBytes(3), "3 bytes follow the end"),
      (.unexpected("a list"), "expected a list"),
      (.tooManyValues(limit: 9), "more values than a file of this size has (at most 9)"),
      (.unknownKey([0xff]), "unknown key '\\xff'"),
      (.repeatedKey("data"), "key 'data' comes twice"),
      (.missingKey("data"), "key 'data' is missing"),
      (
        .wrongCount(key: "labels", expected: 2, found: 1),
        "'labels' has not an entry for each image (expected 2, found 1)"
      ),
      (.badLabel(record: 4, value: 300), "label 4 is not a byte (found 300)"),
    ]
    for (finding, text) in rows {
      let error = DatasetError.badPickle(path: "d/data_batch_1", PickleFault(finding, at: 7))
      #expect(error.description == "d/data_batch_1: not the pickle of a batch: at byte 7: \(text)")
    }
  }
}
