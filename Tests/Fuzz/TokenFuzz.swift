import InputPipeline

@testable import CIFARPipeCommands

/// Reads the input as a token and asks whether a run may go on from it.
///
/// Besides crashes it finds: a token that is another one after it was written and read again, and an error whose
/// message is not one printable line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzToken(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  read(input)
  // The check at the end keeps nearly all changed tokens out; they get a right one.
  let body = input[..<(input.firstRange(of: "@check=")?.lowerBound ?? input.endIndex)]
  var hash = FowlerNollVoHash()
  hash.update(body.utf8)
  read(body + "@check=" + hash.hexadecimal)
  return 0
}

private func read(_ text: String) {
  do {
    let token = try ResumeToken(parsing: text)
    precondition((0...ResumeToken.mostBatches).contains(token.next), "a batch that no run has")
    let again = try ResumeToken(parsing: token.text)
    precondition(again == token, "another token after writing and reading")
    for schedule in schedules {
      try token.check(continuedBy: run, schedule)
      _ = schedule.entry(token.next)
    }
  } catch {
    let message = ErrorLine(error, words: [], isFromParser: false).text
    precondition(
      message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "not a line: \(message)")
  }
}

private let run = {
  let text =
    "cifar-pipe-1@dataset=cifar10@split=train@records=100@data=f8d34ba1921ce0a8@seed=1@batch-size=8@shuffle=10"
    + "@drop-remainder=false@epoch-boundary=keep@transform=crop:24,standardize@layout=nhwc@dtype=float32"
    + "@labels=fine@shard=0/2:drop@next=3"
  var hash = FowlerNollVoHash()
  hash.update(text.utf8)
  guard let token = try? ResumeToken(parsing: text + "@check=" + hash.hexadecimal) else {
    preconditionFailure("a good token is refused")
  }
  return token
}()

private let schedules = [false, true].map { blends in
  guard
    let schedule = try? BatchSchedule(
      recordCount: 100, batchSize: 8, blendsEpochs: blends,
      share: BatchShare(index: 0, count: 2, uneven: .drop))
  else { preconditionFailure("a good schedule is refused") }
  return schedule
}
