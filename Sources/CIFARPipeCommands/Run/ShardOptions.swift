import ArgumentParser
import CIFAR
import InputPipeline

extension BatchShare.Uneven: ExpressibleByArgument {}

/// What `--shard` asks for.
enum ShardSelection: Equatable, Sendable {
  /// Whatever the launcher says.
  case automatic
  /// Everything.
  case none
  case process(index: Int, count: Int)

  /// A parser of `auto`, `none` and `I/N`.
  @Sendable static func parse(_ text: String) throws -> ShardSelection {
    switch text {
    case "auto": return .automatic
    case "none": return .none
    default:
      let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
        (1...mostProcesses).contains(count)
      else {
        throw ValidationError(
          "expected 'auto', 'none' or I/N, process I of at most \(mostProcesses), such as 0/4")
      }
      guard index >= 0, index < count else {
        throw ValidationError("processes are counted from 0: expected 0/\(count) to \(count - 1)/\(count)")
      }
      return .process(index: index, count: count)
    }
  }

  private static let mostProcesses = 1_000_000
}

/// Which part of the batches this process delivers.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Deliver every N-th batch, from batch I on; 'auto' asks the launcher, 'none' delivers all. (default: auto)",
      discussion: "auto knows torchrun, Slurm, Open MPI, PMI and indexed jobs of Kubernetes.",
      valueName: "i/n|auto|none"),
    completion: .list(["auto", "none"]), transform: ShardSelection.parse)
  var shard: ShardSelection?

  @Option(help: "What happens where the batches of an epoch do not divide by the processes.")
  var uneven = BatchShare.Uneven.drop

  /// The share of this process, told once on standard error where a launcher named it.
  ///
  /// The test set is an exception to `auto`: a process that judges a model by it has to see all of it.
  ///
  /// - Parameter lacksSeed: Whether every process would draw a seed, and so an order or images, of its own.
  /// - Throws: ``CommandError/usage(_:)``.
  func share(
    of split: Split, _ environment: Environment, lacksSeed: Bool, console: Console
  ) throws(CommandError) -> BatchShare {
    let found: (index: Int, count: Int)
    switch shard ?? .automatic {
    case .none: return .all
    case .process(let index, let count): found = (index, count)
    case .automatic:
      guard let place = try Launcher.place(environment.variable), place.size > 1 else { return .all }
      guard split != .test else {
        console.hint(
          "all batches of '--split test', in spite of \(place.words); '--shard \(place.rank)/\(place.size)' "
            + "delivers a share")
        return .all
      }
      console.hint("shard \(place.rank)/\(place.size), from \(place.words)")
      found = (place.rank, place.size)
    }
    guard !lacksSeed || found.count == 1 else {
      throw .usage("a shard of \(found.count) needs '--seed': all processes must draw the same order")
    }
    return found.count == 1 ? .all : BatchShare(index: found.index, count: found.count, uneven: uneven)
  }
}
