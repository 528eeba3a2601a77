import ArgumentParser
import FileSupport
import SystemPackage

/// `cifar-pipe cache`: what the program keeps.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Tell, list, check or clear what fetch keeps.",
    discussion: """
      The cache is $CIFAR_PIPE_CACHE, else $XDG_CACHE_HOME/cifar-pipe, else ~/.cache/cifar-pipe. Nothing in it \
      but what fetch has put there is listed or removed. Examples:

        cifar-pipe cache ls
        rm -r "$(cifar-pipe cache path)"
      """,
    subcommands: [CachePath.self, CacheList.self, CacheVerify.self, CacheClear.self])

  func run() throws {
    throw CommandError.usage(
      "a command is missing (expected 'path', 'ls', 'verify' or 'clear'); see 'cifar-pipe cache --help'")
  }
}

/// `cifar-pipe cache path`.
struct CachePath: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the path of the cache, whether it exists or not.")

  func run() throws {
    // As bytes: a script uses it as a name.
    let path = try CacheDirectory.path()
    try path.withPlatformString { bytes in
      var count = 0
      while bytes[count] != 0 { count += 1 }
      try "\n".utf8.withContiguousStorageIfAvailable { end in
        try OutputStream.standard.write([
          UnsafeRawBufferPointer(start: bytes, count: count), UnsafeRawBufferPointer(end),
        ])
      }
    }
  }
}

/// `cifar-pipe cache ls`.
struct CacheList: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ls", abstract: "List what is in the cache.")

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let cache = try CacheDirectory.path()
    let entries = try CacheContents(of: cache).entries
    guard json else {
      for entry in entries {
        let text = "\(entry.kind.rawValue)\t\(entry.byteCount)\t\(entry.name.escaped)\n"
        try OutputStream.standard.write(text)
      }
      return
    }
    let objects = entries.map { entry in
      JSON.object([
        ("name", .string(entry.name.string)), ("kind", .string(entry.kind.rawValue)),
        ("dataset", .string(entry.archive.dataset.rawValue)),
        ("variant", .string(entry.archive.variant.rawValue)), ("bytes", .integer(entry.byteCount)),
      ])
    }
    let members: [(String, JSON)] = [
      ("schema", .string("cifar-pipe/cache/1")), ("path", .string(cache.string)),
      ("entries", .array(objects)),
    ]
    try OutputStream.standard.write(JSON.object(members).text + "\n")
  }
}

/// `cifar-pipe cache clear`.
struct CacheClear: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Remove what fetch has put into the cache, unfinished work included.")

  @Flag(name: [.customShort("n"), .long], help: "Tell what would be removed and remove nothing.")
  var dryRun = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let cache = try CacheDirectory.path()
    let found = try CacheContents(of: cache)
    guard !found.entries.isEmpty || !found.foreign.isEmpty else {
      return messages.console.hint("\(cache.escaped): nothing kept")
    }
    let directory = try DirectoryHandle(opening: cache)
    let lock = dryRun ? nil : try Self.lock(directory)
    defer { lock?.release() }
    let contents = try CacheContents(of: cache)
    var sum = 0
    for entry in contents.entries {
      if !dryRun { try entry.remove(from: directory) }
      let done = dryRun ? "would be removed" : "removed"
      messages.console.hint(
        "\(directory.path(of: entry.name).escaped): \(done)"
          + (entry.foreign.isEmpty ? "" : ", but for what fetch has not put there"))
      for file in entry.files ?? [] {
        messages.console.note("\(done): \(entry.name.escaped)/\(file.escaped)")
      }
      sum += entry.byteCount
    }
    for path in contents.foreign {
      messages.console.hint(
        "\(cache.appending(path.components).escaped): stays, as fetch has not put it there")
    }
    messages.console.hint("\(Quantity.bytes(sum)) \(dryRun ? "would be freed" : "freed")")
  }

  /// The lock of the cache; `nil` where a full disk has no room for its file, which nobody else can have made then.
  private static func lock(_ directory: DirectoryHandle) throws -> DirectoryLock? {
    do {
      return try DirectoryLock.acquire(directory, until: .now)
    } catch FileError.system(_, .create, .noSpace), FileError.system(_, .create, .diskQuotaExceeded) {
      return nil
    }
  }
}
