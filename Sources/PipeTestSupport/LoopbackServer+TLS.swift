import Platform
import SystemPackage

/// An HTTPS server on the loopback address with a certificate made for it, run by the `openssl` program.
///
/// It serves the files of a directory as *complete* responses, status line and header included.
public final class LoopbackTLSServer: Sendable {
  /// The certificate in PEM form, which a client must be told to trust.
  public let certificate: FilePath
  /// The TCP port.
  public let port: UInt16
  private let process: pid_t
  private let output: FileDescriptor

  /// Whether the `openssl` program is there.
  public static let isAvailable = run(["openssl", "version"]) == 0

  /// Starts a server in `directory` for the host name or address `name`.
  ///
  /// - Parameters:
  ///   - responses: Complete HTTP responses by file name, line ends as they are to be sent.
  ///   - name: Goes into the certificate, such as `IP:127.0.0.1` or `DNS:other.example`.
  /// - Returns: `nil` if the program cannot make a certificate or does not listen.
  public init?(in directory: ScratchDirectory, responses: [String: String], name: String) {
    certificate = directory.path.appending("certificate.pem")
    let key = directory.path.appending("key.pem")
    for (file, text) in responses { directory.write(Array(text.utf8), to: file) }
    let made = Self.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=cifar-pipe test", "-addext", "subjectAltName=\(name)",
      "-keyout", key.string, "-out", certificate.string,
    ])
    guard made == 0, let pipe = try? FileDescriptor.pipe() else { return nil }
    let process = Self.spawn(
      [
        "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.string, "-key", key.string,
        "-HTTP",
      ],
      in: directory.path, output: pipe.writeEnd)
    // The child has its own copy.
    try? pipe.writeEnd.close()
    guard let process, let port = Self.port(announcedOn: pipe.readEnd) else {
      try? pipe.readEnd.close()
      return nil
    }
    self.process = process
    self.port = port
    output = pipe.readEnd
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    // Only read from; nothing to report.
    try? output.close()
  }

  /// The URL of the file called `name`.
  public func url(_ name: String) -> String { "https://127.0.0.1:\(port)/\(name)" }

  /// Reads `ACCEPT 127.0.0.1:PORT`.
  private static func port(announcedOn output: FileDescriptor) -> UInt16? {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while text.count < 1 << 14 {
      var entry = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 10_000) > 0 else { return nil }
      let count = read(output.rawValue, &buffer, buffer.count)
      guard count > 0 else { return nil }
      text += buffer[..<count]
      let lines = String(decoding: text, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      for line in lines.dropLast() where line.hasPrefix("ACCEPT ") {
        return line.split(separator: ":").last.flatMap { UInt16($0) }
      }
    }
    return nil
  }

  /// Runs a program to its end, without output; its exit status, or 127.
  private static func run(_ words: [String]) -> Int32 {
    guard let process = spawn(words, in: nil, output: nil) else { return 127 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : 127
  }

  private static func spawn(_ words: [String], in directory: FilePath?, output: FileDescriptor?) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    // The shell changes the directory: posix_spawn's own way is missing from older C libraries.
    let command = directory.map { ["sh", "-c", "cd \"$0\" && exec \"$@\"", $0.string] } ?? []
    var arguments: [UnsafeMutablePointer<CChar>?] = (command + words).map { strdup($0) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var process = pid_t()
    return posix_spawnp(&process, arguments[0]!, &actions, nil, arguments, environ) == 0 ? process : nil
  }
}
