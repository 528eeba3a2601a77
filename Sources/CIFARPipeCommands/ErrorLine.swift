import ArgumentParser
import CIFAR
import CIFARFiles
import Download
import FileSupport
import SystemPackage

/// The one line that tells what is wrong, without the program's name.
struct ErrorLine {
  /// The longest line, in Unicode scalars: a word of the command line may have 128 KiB.
  static let maximumLength = 2000

  private let error: any Error
  private let words: [String]
  private let isFromParser: Bool
  private let environment: Environment

  /// The line for an error.
  ///
  /// - Parameters:
  ///   - words: The command line.
  ///   - isFromParser: Whether the error is the argument parser's, who words it for several lines.
  init(_ error: any Error, words: [String], isFromParser: Bool, environment: Environment = .current) {
    self.error = error
    self.words = words
    self.isFromParser = isFromParser
    self.environment = environment
  }

  /// The line: no control characters, and what to do where there is something to do.
  var text: String {
    let text = isFromParser ? ParserLine(error, words: words).text : plainText
    return Self.shortened(RawArguments.printable(text))
  }

  private var plainText: String {
    switch error {
    case CopyError.differs, CopyError.notGenerated: "\(error); use --force to replace it"
    case DatasetError.noRecordFiles(_, _, let other?):
      "\(error); leave '--dataset' out or say '--dataset \(other.rawValue)'"
    case FileError.exists: "\(error); '--force' replaces it"
    case FileError.notReplaceable, FileError.foreignContents,
      DownloadError.cannotCreate(.notReplaceable):
      "\(error); move it away or name another output"
    case TransformError.unknownOperation(let name):
      operationMeant(by: name).map { "\(name): no such image operation (did you mean '\($0)'?)" }
        ?? "\(error)"
    case TransformError.needsFloat32:
      "\(error); leave out '--dtype uint8', or deliver the bytes with '--preset raw'"
    case DownloadError.sources where namesUnknownArchive:
      "\(error); if it is another archive, give its digest with '--sha256', or take it with '--unverified'"
    default: "\(error)" + (pathAdvice("\(error)").map { "; " + $0 } ?? "")
    }
  }

  /// The operation, or the preset, that was probably meant.
  private func operationMeant(by name: String) -> String? {
    if let preset = TransformPreset(rawValue: name) { return "--preset \(preset.rawValue)" }
    return Spelling.nearest(to: name, among: ImageOperation.names)
  }

  /// Whether the archive is not one of the known sources, and nothing else says what it must be.
  private var namesUnknownArchive: Bool {
    has("--url") && !has("--sha256") && !has("--unverified")
      && ExitStatus(of: error) == .dataError
  }

  private func has(_ option: String) -> Bool {
    words.contains { $0 == option || $0.hasPrefix(option + "=") }
  }

  /// What to say about the path with which a message begins, where the command line does not show what is wrong.
  private func pathAdvice(_ text: String) -> String? {
    if text.hasPrefix("~") {
      return "the shell replaces '~' only at the beginning of a word, and without quotes"
    }
    let variables = [("CIFAR_PIPE_DATA", environment.data), ("CIFAR_PIPE_CACHE", environment.namedCache)]
    for case (let name, let path?) in variables where text.hasPrefix(path.escaped) {
      guard !words.contains(where: { $0.contains(path.string) }) else { return nil }
      return "\(name) names it"
    }
    return nil
  }

  /// Leaves out the middle of a line that is too long.
  private static func shortened(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > maximumLength else { return text }
    return String(scalars.prefix(maximumLength * 3 / 4)) + " ... " + String(scalars.suffix(maximumLength / 4))
  }
}
