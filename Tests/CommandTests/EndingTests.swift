import CIFAR
import CIFARFiles
import FileSupport
import InputPipeline
import SystemPackage
import Testing

@testable import CIFARPipeCommands

/// What scripts see of an error.
@Suite("Exit codes")
struct EndingTests {
  private static func system(_ operation: FileError.Operation, _ reason: Errno) -> FileError {
    .system(path: "p", operation: operation, reason: reason)
  }

  static let endings: [(any Error, CIFARPipeCommands.ExitStatus)] = [
    (FileError.exists(path: "p", kind: .regular), .cannotCreate),
    (FileError.notReplaceable(path: "p", kind: .device), .cannotCreate),
    (FileError.foreignContents(path: "p", name: "mine"), .cannotCreate),
    (FileError.notAName(path: "/"), .cannotCreate),
    (system(.create, .permissionDenied), .cannotCreate),
    (system(.create, .noSpace), .inputOutputError),
    (system(.write, .diskQuotaExceeded), .inputOutputError),
    (system(.read, .ioError), .inputOutputError),
    (system(.open, .noSuchFileOrDirectory), .noInput),
    (FileError.wrongKind(path: "p", expected: .regular, found: .pipe), .noInput),
    (FileError.locked(path: "p", holder: 1), .temporaryFailure),
    (DatasetError.missingFiles(directory: "p", names: ["a"]), .noInput),
    (DatasetError.unreadable(path: "p", reason: .permissionDenied), .noInput),
    (DatasetError.empty(path: "p"), .dataError),
    (DatasetError.readFailed(path: "p", offset: 0, reason: .ioError), .inputOutputError),
    (DatasetError.outOfMemory(path: "p", byteCount: 1), .temporaryFailure),
    (CopyError.differs("p", name: "a"), .dataError),
    (VerifyError(path: "p", count: 1, severity: .wrong), .dataError),
    (VerifyError(path: "p", count: 1, severity: .failed), .inputOutputError),
    (VerifyError(path: "p", count: 1, severity: .unchecked), .noInput),
    (FetchError.wrongCache("p", count: 1), .dataError),
    (FetchError.offline("p"), .noInput),
    (FetchError.noCache, .cannotCreate),
    (FetchError.noSource(archive: "p"), .unavailable),
    (RecordPipelineError.noRecords, .dataError),
    (RecordPipelineError.batchNeverFull(batchSize: 2, recordCount: 1), .dataError),
    (MemoryError.refused(byteCount: 1), .temporaryFailure),
    (CommandError.noData(looked: nil), .noInput),
    (CommandError.usage("p"), .usage),
    (CommandError.gateNotMet("p"), .answerIsNo),
  ]

  @Test("each error has the exit code of its cause", arguments: endings.indices)
  func status(index: Int) {
    let (error, status) = Self.endings[index]

    #expect(Ending(of: error, words: []).status == status, "\(error)")
  }
}
