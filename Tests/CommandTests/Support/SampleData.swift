import Platform
import PipeTestSupport
import SystemPackage
import Testing
import Threads

/// Generated data sets that all tests of the suite read and none changes; made by `synth` when first used.
enum SampleData {
  /// Records of each file.
  static let recordsPerFile = 200
  /// A CIFAR-10 directory.
  static let directory = make("cifar10")
  /// The same files as an archive.
  static let archive = make("cifar10.tar.gz")
  /// A CIFAR-100 directory.
  static let hundred = make("cifar100", "--dataset", "cifar100")

  private static let scratch: Monitor<ScratchDirectory?> = {
    // A static is never released, so the end of the process does it.
    atexit { SampleData.scratch.withLock { $0 = nil } }
    return Monitor(ScratchDirectory("samples"))
  }()

  private static func make(_ name: String, _ options: String...) -> FilePath {
    let path = scratch.withLock { $0!.path.appending(name) }
    let arguments = ["synth", "--quiet", "--output", path.string, "--records-per-file", "\(recordsPerFile)"]
    let result = Tool.command(arguments + options).runChecked()
    precondition(result.status == .exited(0), "synth: \(result.errorText)")
    return path
  }
}
