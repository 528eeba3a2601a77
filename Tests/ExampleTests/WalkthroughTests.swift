import PipeTestSupport
import Testing

@Suite("Walk-through")
struct WalkthroughTests {
  @Test("quotes each example as its file has it, and leaves none out")
  func quotations() throws {
    let quotations = try Walkthrough.quotations()
    for quotation in quotations {
      #expect(try quotation.code == RepositoryFile.text(quotation.path), "\(quotation.path)")
    }

    #expect(
      quotations.map(\.path).sorted()
        == RepositoryFile.names(in: "Sources/Examples").map { "Sources/Examples/\($0)" })
  }
}
