import PipeTestSupport
import Testing

@Suite("--format summary", .timeLimit(.minutes(5)))
struct SummaryTests {
  private func summary(_ options: String...) throws -> JSONValue {
    let result = Tool.command(
      ["batch", "--data", SampleData.directory.string, "--format", "summary", "--seed", "1"] + options
    ).runChecked()
    #expect(result.outputText.split(separator: "\n").count == 1)
    return try JSONValue(parsing: result.outputText)
  }

  @Test("has the keys that scripts rely on, with sensible values")
  func keys() throws {
    let object = try summary("--epochs", "2", "--drop-remainder")

    #expect(
      object.names == [
        "batches", "images", "epochs", "seconds", "images_per_s", "first_batch_s", "peak_rss_bytes", "digest",
      ])
    #expect(object["batches"]?.integer == 14)
    #expect(object["images"]?.integer == 1792)
    #expect(object["epochs"]?.integer == 2)
    let seconds = try #require(object["seconds"]?.number)
    let rate = try #require(object["images_per_s"]?.number)
    #expect(seconds > 0 && abs(rate * seconds - 1792) < 1)
    let first = try #require(object["first_batch_s"]?.number)
    #expect(first > 0 && first < 30)
    #expect(try #require(object["peak_rss_bytes"]?.integer) > 1 << 20)
  }

  @Test("has a digest where one is asked for, and takes no time for one otherwise")
  func digest() throws {
    for (options, isThere) in [([], false), (["--no-digest"], false), (["--digest"], true)] {
      let result = Tool.command(
        ["batch", "--data", SampleData.directory.string, "--format", "summary", "--seed", "1"] + options
      ).runChecked()
      let digest = try #require(JSONValue(parsing: result.outputText)["digest"])

      #expect((digest != .null) == isThere, "\(options)")
      let line = result.errorText.dropLast().split(separator: " ").last.map(String.init)
      #expect(digest == line.map { .string($0) } ?? .null)
    }
  }

  @Test("the peak of memory does not grow with the epochs (B25)")
  func memory() throws {
    let few = try #require(try summary("--epochs", "2")["peak_rss_bytes"]?.integer)
    let many = try #require(try summary("--epochs", "20")["peak_rss_bytes"]?.integer)

    #expect(many < few + 8 << 20)
  }
}
