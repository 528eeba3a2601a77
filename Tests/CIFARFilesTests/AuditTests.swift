import CIFAR
import SystemPackage
import Testing

@testable import CIFARFiles

/// What makes files the official ones, by digests where there are any, else by sizes and numbers.
@Suite("Audit")
struct AuditTests {
  private let train = "16019d7e3df5f24257cddd939b257f8d"
  private let test = "f0ef6b0ae62326f3e7ffdfab6717acfc"

  /// The audit of two python files with these digests.
  private func python(_ digests: [String: String], mustBeOfficial: Bool = false) -> Audit {
    var audit = Audit(path: "d", kind: .cifar100, variant: .python)
    for (name, md5) in digests {
      var file = AuditedFile(name)
      file.md5 = md5
      file.recordCount = 1
      audit.files.append(file)
    }
    audit.isComplete = false
    audit.conclude()
    if mustBeOfficial { audit.requireOfficial() }
    return audit
  }

  @Test("in a set with one official file, the others must be official, too")
  func oneOfficial() {
    let good = python(["train": train, "test": test])
    let damaged = python(["train": train, "test": train])
    let other = python(["train": test, "test": train])

    #expect(good.isOfficial == true && good.severity == nil)
    #expect(
      damaged.allProblems.map(\.text) == [
        "d/test: digest does not match that of the official file (expected md5 \(test), found \(train))"
      ])
    #expect(other.isOfficial == false && other.severity == nil)
  }

  @Test("where the official files are asked for, each other one is told, and once")
  func asked() {
    let good = python(["train": train, "test": test], mustBeOfficial: true)
    let damaged = python(["train": train, "test": train], mustBeOfficial: true)
    let other = python(["train": test, "test": train], mustBeOfficial: true)

    #expect(good.severity == nil)
    #expect(
      damaged.allProblems.map(\.text) == python(["train": train, "test": train]).allProblems.map(\.text))
    #expect(other.allProblems.count == 2)
  }

  /// The audit of the binary files of CIFAR-10, after a change.
  private func binary(_ change: (inout [AuditedFile]) -> Void) -> Audit {
    let facts = DatasetKind.cifar10.facts
    var audit = Audit(path: "d", kind: .cifar10, variant: .binary)
    for split in Split.allCases {
      for name in facts.recordFileNames(split) {
        var file = AuditedFile(name, split: split)
        file.byteCount = 30_730_000
        file.recordCount = 10_000
        file.classCounts = [Array(repeating: 1_000, count: 10)]
        audit.files.append(file)
      }
    }
    change(&audit.files)
    audit.conclude()
    audit.requireOfficial()
    return audit
  }

  @Test("binary files, of which no digest is known, must have the official sizes and numbers")
  func numbers() {
    let good = binary { _ in }
    let uneven = binary {
      $0[0].classCounts[0][3] -= 10; $0[1].classCounts[0][3] += 10
    }
    let short = binary {
      $0[5].byteCount = 3_073; $0[5].recordCount = 1
    }
    let missing = binary { $0.removeLast() }
    let skewed = binary {
      $0[2].classCounts[0][3] -= 1; $0[2].classCounts[0][4] += 1
    }

    #expect(good.severity == nil)
    // The classes are equal in number in the whole set, and not in each file.
    #expect(uneven.severity == nil)
    #expect(
      short.allProblems.map(\.text) == [
        "d/test_batch.bin: size is not the official one (expected 30730000 bytes, found 3073)"
      ])
    #expect(missing.allProblems.map(\.text) == ["d/test_batch.bin: is missing"])
    #expect(skewed.allProblems.map(\.text) == ["d: its classes have not the official numbers of records"])
  }
}
