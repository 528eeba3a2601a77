import CIFAR
import FileSupport
import Platform
import PipeTestSupport
import SystemPackage
import Testing

@testable import CIFARFiles

/// Faults that a program cannot be made to meet at a chosen moment.
@Suite("DirectoryAudit")
struct DirectoryAuditTests {
  /// A directory of six files of two records each.
  private let scratch = ScratchDirectory("verify")

  init() {
    for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      scratch.write([UInt8](repeating: 1, count: 2 * 3_073), to: name)
    }
  }

  private func audit(_ read: @escaping DirectoryAudit.Read) throws -> Audit {
    var audit = try DirectoryAudit(checkpoint: {}, read: read).run(scratch.path, kind: nil)
    audit.conclude()
    return audit
  }

  @Test("an I/O error in the second file leaves the others checked, and is not a wrong file (V08)")
  func readError() throws {
    let audit = try audit { (file, buffer, path) throws(FileError) in
      if path.lastComponent == "data_batch_2.bin" {
        throw .system(path: path, operation: .read, reason: .ioError)
      }
      return try file.readSome(into: buffer, path: path)
    }

    #expect(audit.severity == .failed)
    #expect(audit.allProblems.count == 1)
    #expect(audit.files.map(\.status) == [.good, .unchecked, .good, .good, .good, .good])
    #expect(audit.severity?.cause == .io)
  }

  @Test("a file that grows while it is read is told so, and reading ends (V12)", .timeLimit(.minutes(5)))
  func grows() throws {
    let audit = try audit { (file, buffer, path) throws(FileError) in
      if path.lastComponent == "data_batch_2.bin" { Self.grow(path) }
      return try file.readSome(into: buffer, path: path)
    }

    #expect(audit.files[1].problems.count == 1)
    #expect(audit.files[1].problems[0].severity == .wrong)
    #expect(
      audit.files[1].problems[0].text.hasPrefix(
        "\(scratch.path)/data_batch_2.bin: changed while being read (expected 6146 bytes, found "))
    #expect(audit.files.count(where: { $0.status == .good }) == 5)
  }

  @Test("a file cut while it is read is told so")
  func shrinks() throws {
    let audit = try audit { (file, buffer, path) throws(FileError) in
      if path.lastComponent == "data_batch_2.bin" { truncate(path.string, 100) }
      return try file.readSome(into: buffer, path: path)
    }

    #expect(
      audit.allProblems.map(\.text) == [
        "\(scratch.path)/data_batch_2.bin: changed while being read (expected 6146 bytes, found 100)"
      ])
  }

  @Test("pieces of any size give the same counts and labels", arguments: [1, 2, 3_072, 3_074, 5_000])
  func pieces(length: Int) throws {
    for kind in DatasetKind.allCases {
      let layout = kind.facts.layout
      let records = (0..<7).flatMap { number in
        layout.labels.map { UInt8(number == 5 ? 255 : (number + $0.offset) % $0.classCount) }
          + [UInt8](repeating: 200, count: 3_072)
      }
      var whole = RecordTally(layout)
      records.withUnsafeBytes { whole.update($0) }
      var tally = RecordTally(layout)
      records.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: length) {
          tally.update(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + length, bytes.count)]))
        }
      }

      #expect(tally.counts == whole.counts)
      #expect(tally.firstInvalid?.record == 5)
      #expect(tally.invalidCount == layout.labels.count)
      #expect(tally.counts.allSatisfy { $0.reduce(0, +) == 6 })
    }
  }

  private static func grow(_ path: FilePath) {
    do {
      let file = try FileDescriptor.open(path, .writeOnly, options: .append)
      try file.closeAfter { _ = try file.writeAll([1, 2, 3]) }
    } catch {
      Issue.record("\(error)")
    }
  }
}
