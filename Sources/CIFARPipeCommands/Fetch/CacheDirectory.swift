import FileSupport
import Platform
import SystemPackage

/// The directory in which the program keeps what it has fetched.
enum CacheDirectory {
  /// The path of the cache, which may not exist yet.
  ///
  /// - Throws: ``FetchError/noCache``.
  static func path() throws(FetchError) -> FilePath {
    guard let path = Environment.current.cache else { throw .noCache }
    return path
  }

  /// The path of the cache, which is created with the directories above it if it does not exist.
  ///
  /// - Throws: ``FetchError/noCache``; `FileError` when it cannot be created.
  static func made() throws -> FilePath {
    let path = try path()
    try make(path)
    return path
  }

  private static func make(_ path: FilePath) throws(FileError) {
    guard path.withPlatformString({ access($0, F_OK) }) != 0, !path.isEmpty else { return }
    let parent = path.removingLastComponent()
    if parent != path { try make(parent) }
    let result = path.withPlatformString { mkdir($0, 0o777) }
    let reason = Errno(rawValue: errno)
    guard result == 0 || reason == .fileExists else {
      throw .system(path: path, operation: .create, reason: reason)
    }
  }
}
