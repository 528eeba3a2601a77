import SystemPackage

/// What a command itself finds wrong, apart from the errors of the libraries.
enum CommandError: Error {
  /// The command line asks for something impossible.
  case usage(String)
  /// There are no data, neither named nor in the cache.
  case noData(looked: FilePath?)
  /// An output exists already.
  case outputExists(FilePath)
  /// Reading from or writing to a descriptor or file failed.
  case outputFailed(name: String, Errno)
  /// An output cannot be made.
  case cannotCreate(FilePath, Errno)
  /// The reader of standard output went away.
  case readerGone
  /// A signal asked for the end.
  case interrupted(signal: Int32)
}

extension CommandError: CustomStringConvertible {
  /// One line, with what to do where there is something to do.
  var description: String {
    switch self {
    case .usage(let text): text
    case .noData(let looked):
      "no data" + (looked.map { " in \(Escape.text($0))" } ?? "")
        + "; run 'cifar-pipe fetch', name a directory or archive with --data, or use --synthetic"
    case .outputExists(let path): "\(Escape.text(path)): exists already; replace it with --force"
    case .outputFailed(let name, let errno): "\(name): \(Escape.words(errno))"
    case .cannotCreate(let path, let errno): "\(Escape.text(path)): cannot be created: \(Escape.words(errno))"
    case .readerGone: "standard output: closed by its reader"
    case .interrupted(let signal): "ended by signal \(signal)"
    }
  }
}
