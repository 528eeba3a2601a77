import ArgumentParser
import CIFAR
import InputPipeline

extension BatchShare.Uneven: ExpressibleByArgument {}

/// What `--shard` asks for.
enum ShardSelection: ExpressibleByArgument, Equatable, Sendable {
  /// Whatever the launcher says.
  case automatic
  /// Everything.
  case none
  case process(index: Int, count: Int)

  init?(argument: String) {
    switch argument {
    case "auto": self = .automatic
    case "none": self = .none
    default:
      let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count <= 1_000_000,
        index >= 0, index < count
      else { return nil }
      self = .process(index: index, count: count)
    }
  }
}

/// Which part of the batches this process delivers.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Deliver every N-th batch, from batch I on; 'auto' asks the launcher, 'none' delivers all. (default: auto)",
      discussion: "auto knows torchrun, Slurm, Open MPI, PMI and indexed jobs of Kubernetes.",
      valueName: "i/n|auto|none"))
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
