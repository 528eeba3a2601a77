import ArgumentParser
import CIFAR

extension DatasetKind: ExpressibleByArgument {}
extension Split: ExpressibleByArgument {}
extension LabelSelection: ExpressibleByArgument {}

/// Which records a command works on.
struct DatasetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A directory with the record files, its parent, or the archive itself; '-' is standard input.",
      discussion: "Of the binary or the python version. Default: $CIFAR_PIPE_DATA, else the cache.",
      valueName: "path"))
  var data: PathArgument?

  @Option(
    help: ArgumentHelp(
      "The data set.", discussion: "Default: what the names of the files say, and cifar10 without any."))
  var dataset: DatasetKind?

  @Option(help: "The training files or the test file.")
  var split = Split.train

  @Flag(help: "Use generated records, always the same ones; needs no file.")
  var synthetic = false

  func validate() throws {
    if synthetic && data != nil {
      throw ValidationError("'--synthetic' and '--data' exclude each other")
    }
  }
}
