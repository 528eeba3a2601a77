import Platform
import SystemPackage

/// Finds the programs that were built with the tests.
public enum CommandBinary {
  /// The program called `name` beside the test's own, or below `.build` of the package; traps if there is
  /// none.
  ///
  /// `CIFAR_PIPE_BINARY` names another file to test instead, such as a release build.
  public static func path(of name: String) -> FilePath {
    if let named = getenv("CIFAR_PIPE_BINARY") { return FilePath(platformString: named) }
    var candidates: [FilePath] = []
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    if readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 {
      candidates.append(FilePath(platformString: buffer).removingLastComponent().appending(name))
    }
    let package = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    candidates.append(package.appending(".build/debug").appending(name))
    guard let found = candidates.first(where: { access($0.string, X_OK) == 0 }) else {
      preconditionFailure("\(name) is not built (looked for \(candidates))")
    }
    return found
  }
}
