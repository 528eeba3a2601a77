import FileSupport
import SystemPackage

/// Standard output, or a file that appears under its name when it is complete.
///
/// An unfinished file is removed with the last copy of the value.
struct OutputDestination {
  let stream: OutputStream
  private let file: AtomicFile?

  /// Whether the output is a file, which is lost unless it is finished.
  var isFile: Bool { file != nil }

  /// The destination that the command line names; standard output without one or for `-`.
  ///
  /// - Throws: `FileError` when the file exists and is not to be replaced, or cannot be created.
  init(_ argument: PathArgument?, isReplacing: Bool) throws(FileError) {
    guard let argument, !argument.isStandardStream else {
      stream = .standard
      file = nil
      return
    }
    let file = try AtomicFile(argument.path, replacesExisting: isReplacing)
    self.file = file
    stream = OutputStream(file.descriptor, name: argument.path.escaped)
  }

  /// Gives the file its name.
  ///
  /// - Throws: `FileError`; the file is then as if it had not been written.
  func finish() throws(FileError) {
    try file?.publish()
  }
}
