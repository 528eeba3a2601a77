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
