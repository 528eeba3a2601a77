import CIFAR
import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// The python version of the generated sets.
enum PythonSamples {
  /// The name of the archive that ``make(_:_:in:)`` makes.
  static let archiveName = "python.tar.gz"

  /// Makes the official directory, and an archive of it with members in the official order.
  static func make(
    _ kind: DatasetKind, _ style: PickleWriter.Style = .python2, in scratch: ScratchDirectory
  ) {
    let source = kind == .cifar10 ? SampleData.directory : SampleData.hundred
    let name = kind.facts.directoryName(.python)
    _ = mkdir(scratch.path.appending(name).string, 0o755)
    let keys = kind == .cifar10 ? ["labels"] : ["coarse_labels", "fine_labels"]
    for file in FileBytes.names(in: source) where file.hasSuffix(".bin") {
      let records = FileBytes.read(source.appending(file)) ?? []
      let pickle = PickleWriter.batch(records: records, labelKeys: keys, style: style)
      scratch.write(pickle, to: "\(name)/\(file.dropLast(4))")
    }
    let order =
      kind == .cifar10
      ? ["data_batch_4", "test_batch", "data_batch_3", "data_batch_2", "data_batch_5", "data_batch_1"]
      : ["test", "train"]
    let members = order.map { "\(name)/\($0)" }.joined(separator: " ")
    let result = Tool.shell("tar czf \(archiveName) \(members)", in: scratch.path).run()
    #expect(result.status == .exited(0), "\(result.errorText)")
  }
}
