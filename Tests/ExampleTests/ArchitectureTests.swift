import PipeTestSupport
import Testing

@Suite("Architecture document")
struct ArchitectureTests {
  @Test("lists the targets and what they use as Package.swift has it")
  func targets() throws {
    let package = try RepositoryFile.text("Package.swift")
    let declarations = package.matches(
      of: /\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"(?:,\s*dependencies: \[([^\]]*)\])?/
    )
    let names = Set(declarations.map { String($0.1) })
    let declared = declarations.map { match in
      let uses = (match.2 ?? "").replacing(/\.product\([^)]*\)/, with: "").matches(of: /"([^"]+)"/)
      return Row(String(match.1), uses.map { String($0.1) })
    }

    let table = try RepositoryFile.text("docs/architecture.md").split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      let words = cells.prefix(3).map { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
      return words.count == 3 && words[1].count == 1 && names.contains(words[1][0])
        ? Row(words[1][0], words[2]) : nil
    }

    #expect(Set(table) == Set(declared))
    #expect(table.count == declared.count)
  }

  private struct Row: Hashable {
    let target: String
    let uses: Set<String>

    init(_ target: String, _ uses: [String]) {
      self.target = target
      self.uses = Set(uses)
    }
  }

  @Test("says truly that one file imports the C library and the calls that systems have in different forms")
  func cLibrary() throws {
    let modules: Set = ["Glibc", "Musl", "Darwin", "CSystemCalls"]
    let files = (RepositoryFile.files(below: "Sources") + RepositoryFile.files(below: "Tests"))
      .filter { $0.hasSuffix(".swift") }
    let importing = try files.filter {
      try codeLines(of: $0).contains { words in
        words.contains("import") && !modules.isDisjoint(with: words)
      }
    }

    #expect(importing == ["Sources/Platform/CLibrary.swift"])
  }

  @Test("says truly that what systems spell otherwise is in one layer, but for the instruments of the tests")
  func systemNames() throws {
    // Of all that this package has ever used, what Darwin lacks or has in another form.
    let names: Set = [
      "CLOCK_MONOTONIC_COARSE", "MADV_HUGEPAGE", "MSG_NOSIGNAL", "O_PATH", "SOCK_CLOEXEC",
      "__rlimit_resource",
      "__rusage_who_t", "__sigaction_handler", "fdatasync", "getrlimit", "getrusage", "ioctl", "madvise",
      "mallopt",
      "mincore", "posix_fadvise", "pthread_condattr_setclock", "pthread_create", "pthread_key_create",
      "pthread_setname_np", "sigaction", "sigtimedwait", "st_mtim",
    ]
    let layer = ["Platform", "PipeTestSupport"]
    for target in RepositoryFile.names(in: "Sources") where !layer.contains(target) {
      for path in RepositoryFile.files(below: "Sources/\(target)") where path.hasSuffix(".swift") {
        let found = try codeLines(of: path).flatMap { $0.filter(names.contains) }
        #expect(found.isEmpty, "\(path)")
      }
    }
  }

  /// The words of each line of a file that has no comment.
  private func codeLines(of path: String) throws -> [[String]] {
    try RepositoryFile.text(path).utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let words = line.split { byte in
        !(byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_"))
      }
      return String(line)!.contains("//") ? nil : words.map { String($0)! }
    }
  }

  @Test("names only files and folders that exist")
  func names() throws {
    let text = try RepositoryFile.text("docs/architecture.md")
    for match in text.matches(of: /`((?:Sources|man|docs)\/[A-Za-z0-9\/.+-]+)`/)
    where !match.1.contains("NAME") {
      let path = String(match.1)

      if path.hasSuffix("/") {
        #expect(!RepositoryFile.names(in: path).isEmpty, "\(path)")
      } else {
        #expect(throws: Never.self, "\(path)") { try RepositoryFile.text(path) }
      }
    }
  }
}
