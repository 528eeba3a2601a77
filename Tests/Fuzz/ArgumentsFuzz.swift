import ArgumentParser

@testable import CIFARPipeCommands

/// Parses the input, one word of the command line a line, without running what it asks for.
///
/// Besides crashes it finds: words that do not come back as the bytes they were, an exit code other than that for
/// usage, and a message that is not one printable line of bounded length.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArguments(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let lines = UnsafeBufferPointer(start: start, count: count)
    .split(separator: 0x0a, omittingEmptySubsequences: false)
  // A word ends at its first NUL.
  let words = lines.map { line in RawArguments.decode(Array(line.prefix { $0 != 0 })) }
  for (word, line) in zip(words, lines) {
    precondition(RawArguments.encode(word).elementsEqual(line.prefix { $0 != 0 }), "a word has changed")
  }
  do {
    _ = try CIFARPipe.parseAsRoot(words)
  } catch {
    // Help, the version and completion scripts are results.
    if CIFARPipe.exitCode(for: error) == .success { return 0 }
    let status = Ending(of: error, words: words).status
    precondition(status == .usage, "exit code \(status.rawValue)")
    let isFromParser = CIFARPipe.exitCode(for: error) == .validationFailure
    let line = ErrorLine(error, words: words, isFromParser: isFromParser).text
    precondition(
      line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "not a line: \(line)")
    precondition(line.unicodeScalars.count <= ErrorLine.maximumLength + 100, "a long line")
  }
  return 0
}
