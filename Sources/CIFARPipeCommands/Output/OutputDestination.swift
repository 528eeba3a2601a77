import FileSupport
import Platform
import SystemPackage

/// Where results go: an open descriptor, a pipe or device, or a file that appears under its name when it is complete.
///
/// An unfinished file is removed with the last copy of the value.
struct OutputDestination {
  let stream: OutputStream
  private let place: Place

  private enum Place {
    /// Open from the start, and so the starting program's to close.
    case inherited
    /// Written as it is, without a temporary name.
    case stream(StreamFile)
    case file(AtomicFile)
  }

  /// Whether the output is a file, which is lost unless it is finished.
  var isFile: Bool {
    if case .file = place { true } else { false }
  }

  /// The destination that the command line names; standard output without one or for `-`.
  ///
  /// What ends the wait for the reader of a named pipe: the reader, or a signal.
  ///
  /// - Parameter isReplacing: Whether a file that exists is replaced; pipes and devices need no leave.
  /// - Throws: `FileError` when a file exists and is not to be replaced, or cannot be created;
  ///   ``CommandError/interrupted(signal:)``.
  init(_ argument: PathArgument?, isReplacing: Bool) throws {
    let argument = argument ?? .standardStream
    let path = argument.path
    if let descriptor = argument.outputDescriptor {
      place = .inherited
      stream =
        descriptor == STDOUT_FILENO
        ? .standard : OutputStream(try Self.inherited(descriptor, path), name: path.escaped)
    } else if StreamFile.exists(at: path) {
      let file = try StreamFile(opening: path, checkpoint: SignalTrap.checkpoint)
      place = .stream(file)
      stream = OutputStream(file.descriptor, name: path.escaped)
    } else {
      let file = try AtomicFile(path, replacesExisting: isReplacing)
      place = .file(file)
      stream = OutputStream(file.descriptor, name: path.escaped)
    }
  }

  /// Gives a file its name, and ends what the reader of a pipe gets.
  ///
  /// - Throws: `FileError`; a file is then as if it had not been written.
  func finish() throws(FileError) {
    switch place {
    case .inherited: break
    case .stream(let file): try file.close()
    case .file(let file): try file.publish()
    }
  }

  /// A descriptor that the starting program has handed over, and none of this program's own.
  private static func inherited(_ descriptor: Int32, _ path: FilePath) throws(FileError) -> FileDescriptor {
    // This program's own are all opened so that exec closes them.
    let flags = fcntl(descriptor, F_GETFD)
    guard flags >= 0, flags & FD_CLOEXEC == 0 else {
      throw .system(path: path, operation: .create, reason: .badFileDescriptor)
    }
    return FileDescriptor(rawValue: descriptor)
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
