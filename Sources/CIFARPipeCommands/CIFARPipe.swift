import ArgumentParser

/// The root command: a list.
struct CIFARPipe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cifar-pipe",
    abstract: "Fetch, check, unpack, shuffle, transform and batch CIFAR image records.",
    discussion: """
      Examples:

        cifar-pipe fetch                             CIFAR-10, into the cache
        cifar-pipe demo                              what queues do, in four lessons
        cifar-pipe batch --synthetic                 five generated batches
        cifar-pipe extract cifar-10-binary.tar.gz    a directory, every byte checked
        cifar-pipe synth --output cifar.tar.gz       generated records to keep
        cifar-pipe show --synthetic --output x.png   a batch as a picture
        cifar-pipe verify cifar-10-batches-bin       check every byte
      """,
    version: ThisProcess.versionText,
    subcommands: [
      FetchCommand.self, ExtractCommand.self, VerifyCommand.self, BatchCommand.self, BenchCommand.self,
      TokenCommand.self, ShowCommand.self, SynthCommand.self, CacheCommand.self, DemoCommand.self,
    ])
  @Flag(name: .customShort("V"), help: "Show the version, as --version.")
  var showsVersion = false

  func validate() throws {
    if showsVersion { throw CleanExit.message(ThisProcess.versionText) }
  }
}
