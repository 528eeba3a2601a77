import ArgumentParser
import CIFAR
import CIFARFiles
import Download
import FileSupport
import SystemPackage

extension DatasetVariant: ExpressibleByArgument {}

/// `cifar-pipe fetch`: downloads the archive of a data set and unpacks it.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download, check and unpack a data set.",
    discussion: """
      Unfinished bytes are kept beside the archive as NAME.part, and the same command continues behind them. \
      The archive gets its name when its length and its SHA-256 are right, and the directory when all of the \
      archive has been checked. Examples:

        cifar-pipe fetch
        cifar-pipe fetch --dataset cifar100 --variant python --output ~/data
        cifar-pipe fetch --url http://mirror.example/cifar-10-binary.tar.gz
        cifar-pipe fetch --adopt
        cifar-pipe fetch --probe
      """)

  @Option(help: "The data set.")
  var dataset = DatasetKind.cifar10

  @Option(help: "The form of its files; the pipelines read both.")
  var variant = DatasetVariant.binary

  @OptionGroup(title: "Where from") var source: FetchSourceOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "An existing directory for the archive and its contents.", discussion: "Default: the cache.",
      valueName: "dir"))
  var output: PathArgument?

  @Flag(help: "Do not unpack the archive.")
  var archiveOnly = false

  @Flag(name: .shortAndLong, help: "Replace a wrong archive, and a directory that differs from it.")
  var force = false

  @Flag(help: "List the sources and fetch nothing.")
  var mirrors = false

  @Flag(help: "Look at each source for two seconds and fetch nothing.")
  var probe = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if mirrors && probe { throw ValidationError("'--mirrors' and '--probe' exclude each other") }
    if probe && source.offline { throw ValidationError("'--probe' and '--offline' exclude each other") }
    if archiveOnly && source.adopt {
      throw ValidationError("'--archive-only' and '--adopt' exclude each other")
    }
  }

  func run() throws {
    let archive = KnownArchive.of(dataset, variant)
    let sources = try source.sources(of: archive)
    if mirrors { return try MirrorList(sources, archive).write(asJSON: json) }
    if probe {
      return try MirrorList(sources, archive).writeProbes(
        expected: source.expected(of: archive), asJSON: json)
    }
    let directory = try output?.path ?? CacheDirectory.made()
    var fetch = Fetch(archive, in: directory, sources: sources, expected: source.expected(of: archive))
    fetch.isReplacing = force
    fetch.isOffline = source.offline
    fetch.unpacks = !archiveOnly
    fetch.maximumTries = source.tries
    fetch.longestSilence = .seconds(source.timeout)
    fetch.rateLimit = source.limitRate
    let start = ContinuousClock.now
    let result = source.adopt ? try fetch.adopt(messages) : try fetch.run(messages)
    if json {
      let members: [(String, JSON)] = [("schema", .string("cifar-pipe/fetch/1"))] + result.json
      let seconds = start.duration(to: .now) / .seconds(1)
      try OutputStream.standard.write(JSON.object(members + [("seconds", .number(seconds))]).text + "\n")
    }
  }
}
