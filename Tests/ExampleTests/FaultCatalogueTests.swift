import PipeTestSupport
import Testing

@Suite("Catalogue of faults")
struct FaultCatalogueTests {
  private static let catalogue = "docs/faults.md"

  /// The number at the beginning of each row.
  private func rows() throws -> [Substring] {
    try RepositoryFile.text(Self.catalogue).split(separator: "\n").compactMap {
      $0.prefixMatch(of: /\| ([A-Z][0-9]+[a-z]?) \|/)?.1
    }
  }

  @Test("has every number that a test cites, and each once")
  func numbers() throws {
    let rows = try rows()
    let known = Set(rows)
    let files = ["Tests", "Sources/PipeTestSupport"].flatMap(RepositoryFile.files).filter {
      $0.hasSuffix(".swift") || $0.hasSuffix(".sh")
    }

    var cited: Set<Substring> = []
    for file in files {
      let text = try RepositoryFile.text(file)
      let numbers = text.matches(of: /\b(?:[FXVBAMN][0-9]{2}[a-z]?|P[0-9]{1,2})\b/).map(\.output)
      for number in numbers where !known.contains(number) { Issue.record("\(file) cites \(number)") }
      cited.formUnion(numbers)
    }

    #expect(rows.count == known.count)
    #expect(cited.count > 90, "\(cited.sorted())")
  }

  @Test("names only tests that exist")
  func tests() throws {
    let files = RepositoryFile.files(below: "Tests")
    let names = try RepositoryFile.text(Self.catalogue).matches(
      of: /`(?:cases\/[a-z\/-]+|([A-Z]\w+)\/(\w+))`/)
    for name in names {
      let path = name.output.0.dropFirst().dropLast()
      let isThere =
        if let suite = name.output.1, let function = name.output.2 {
          files.filter { $0.hasSuffix("/\(suite).swift") }.contains {
            (try? RepositoryFile.text($0).contains("func \(function)(")) == true
          }
        } else {
          files.contains("Tests/CommandTests/\(path).sh")
        }
      #expect(isThere, "\(path)")
    }
    #expect(names.count > 150)
  }
}
