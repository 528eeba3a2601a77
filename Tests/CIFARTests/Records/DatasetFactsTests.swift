import Testing

@testable import CIFAR

@Suite("Dataset facts")
struct DatasetFactsTests {
  @Test("both sets have 50,000 training and 10,000 test records", arguments: DatasetKind.allCases)
  func counts(kind: DatasetKind) {
    #expect(kind.facts.recordCount(.train) == 50_000)
    #expect(kind.facts.recordCount(.test) == 10_000)
  }

  @Test("the official files have the official sizes")
  func sizes() {
    let cifar10 = DatasetFacts.cifar10
    let cifar100 = DatasetFacts.cifar100

    #expect(cifar10.recordsPerFile(.train) * cifar10.layout.recordLength == 30_730_000)
    #expect(cifar10.recordsPerFile(.test) * cifar10.layout.recordLength == 30_730_000)
    #expect(cifar100.recordsPerFile(.train) * cifar100.layout.recordLength == 153_700_000)
    #expect(cifar100.recordsPerFile(.test) * cifar100.layout.recordLength == 30_740_000)
  }

  @Test("files are in numeric order under their official names")
  func names() {
    #expect(
      DatasetFacts.cifar10.recordFileNames(.train) == [
        "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
      ])
    #expect(DatasetFacts.cifar10.recordFileNames(.test) == ["test_batch.bin"])
    #expect(DatasetFacts.cifar100.recordFileNames(.train) == ["train.bin"])
    #expect(DatasetFacts.cifar100.recordFileNames(.test) == ["test.bin"])
  }

  @Test("every label has one name, in alphabetical order", arguments: DatasetKind.allCases)
  func classNames(kind: DatasetKind) {
    let facts = kind.facts
    for field in facts.layout.labels {
      let names = field.selection == .fine ? facts.fineNames : facts.coarseNames
      #expect(names.count == field.classCount)
      #expect(names == Array(Set(names)).sorted())
    }
  }
}
