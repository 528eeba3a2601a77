import Download
import Platform
import SystemPackage

/// The variables that the commands read, and nothing else of the environment.
struct Environment: Sendable {
  /// `CIFAR_PIPE_DATA`: where the records are.
  var data: FilePath?
  /// `CIFAR_PIPE_CACHE`, else `XDG_CACHE_HOME`/cifar-pipe, else `HOME`/.cache/cifar-pipe; `nil` without any.
  var cache: FilePath?
  /// `CIFAR_PIPE_CACHE` alone.
  var namedCache: FilePath?

  /// The variables of this process; empty ones count as unset.
  static var current: Environment {
    let named = path("CIFAR_PIPE_CACHE")
    let general = path("XDG_CACHE_HOME").flatMap { $0.isAbsolute ? $0 : nil }
    let home = path("HOME")?.appending(".cache")
    return Environment(
      data: path("CIFAR_PIPE_DATA"), cache: named ?? (general ?? home)?.appending("cifar-pipe"),
      namedCache: named)
  }

  /// Whether `TERM` is unset, or that of a terminal which cannot overwrite a line.
  var hasDumbTerminal: Bool { variable("TERM").map { $0 == "dumb" } ?? true }

  /// What the variables say about proxies and trusted certificates.
  var networkSettings: NetworkSettings { NetworkSettings(environment: variable) }

  /// The value of a variable of a launcher, in text; `nil` if unset or empty.
  func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private static func path(_ name: String) -> FilePath? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return FilePath(platformString: value)
  }
}
