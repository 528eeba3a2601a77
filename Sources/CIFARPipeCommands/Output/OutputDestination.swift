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

extension OutputDestination {
  /// Gives files their names, one after the other.
  ///
  /// - Returns: What messages call the files.
  /// - Throws: `FileError`, or ``LaterOutputError`` where earlier ones have their names already.
  @discardableResult
  static func finish(_ destinations: [OutputDestination]) throws -> [String] {
    var finished: [String] = []
    for destination in destinations {
      try LaterOutputError.after(finished) { try destination.finish() }
      if destination.isFile { finished.append(destination.stream.name) }
    }
    return finished
  }
}

/// One of several outputs failed when others were complete under their names.
struct LaterOutputError: CommandFailure, CustomStringConvertible {
  private let finished: [String]
  private let cause: any Error

  /// Does `work`; its error says which outputs are complete, if any are.
  static func after(_ finished: [String], _ work: () throws -> Void) throws {
    do { try work() } catch {
      throw finished.isEmpty ? error : LaterOutputError(finished: finished, cause: error)
    }
  }

  var status: ExitStatus { ExitStatus(of: cause) ?? .inputOutputError }

  /// One line: the error, and what is there.
  var description: String {
    "\(cause) (\(finished.map { "'\($0)'" }.joined(separator: " and ")) \(finished.count == 1 ? "is" : "are") written)"
  }
}
