import Platform
import PipeTestSupport
import SystemPackage
import Testing

/// Copies that other programs have left.
@Suite("Fetch, other copies", .timeLimit(.minutes(5)))
struct AdoptTests {
  private typealias Samples = ExtractSamples
  private let place = FetchPlace()

  @Test("--adopt takes over what other programs have left, once it is checked")
  func adopt() {
    _ = Tool.shell(
      "mkdir -p home/.keras/datasets/cifar-10-batches-py home/.cache/mlx.data/cifar", in: place.scratch.path
    )
    .run()
    func run(_ more: String...) -> CommandResult {
      var command = Tool.command(["fetch", "--adopt", "--output", "out"] + more, in: place.scratch.path)
      command.environment.append("HOME=\(place.scratch.path)/home")
      return command.runChecked()
    }

    let nothing = run()
    let wrong = run("--variant", "python")
    place.scratch.write(Samples.archive, to: "home/.cache/mlx.data/cifar/\(FetchPlace.archiveName)")
    let unofficial = run()
    let left = place.names
    let adopted = run("--sha256", FetchPlace.digest)

    #expect(nothing.status == .exited(66))
    #expect(wrong.status == .exited(65))
    #expect(wrong.errorText.contains("cifar-10-batches-py/data_batch_1: is missing (and 5 more findings)"))
    #expect(unofficial.status == .exited(65))
    #expect(left == [])
    #expect(adopted.status == .exited(0))
    #expect(place.names == [Samples.directory, FetchPlace.archiveName])
  }
}
