/// A program that starts one process for each rank and tells it its number in the environment.
struct Launcher: Sendable, Equatable {
  /// What people call it.
  let name: String
  /// The variable with the number of this process, from 0.
  let rankVariable: String
  /// The variable with the number of processes.
  let sizeVariable: String

  /// The launchers that `--shard auto` knows, in the order in which they are asked.
  static let known = [
    torchrun, slurm,
    Launcher(name: "Open MPI", rankVariable: "OMPI_COMM_WORLD_RANK", sizeVariable: "OMPI_COMM_WORLD_SIZE"),
    Launcher(name: "PMI", rankVariable: "PMI_RANK", sizeVariable: "PMI_SIZE"),
    kubernetes,
  ]
  private static let torchrun = Launcher(name: "torchrun", rankVariable: "RANK", sizeVariable: "WORLD_SIZE")
  private static let slurm = Launcher(
    name: "Slurm", rankVariable: "SLURM_PROCID", sizeVariable: "SLURM_NTASKS")
  private static let kubernetes = Launcher(
    name: "Kubernetes", rankVariable: "JOB_COMPLETION_INDEX", sizeVariable: "CIFAR_PIPE_WORLD")

  /// A process among the processes of a launcher.
  struct Place: Sendable, Equatable {
    let launcher: Launcher
    let rank: Int
    let size: Int
  }

  /// The place that the variables tell; `nil` without any.
  ///
  /// A launcher of a single process contradicts nobody: an outer launcher, such as a batch system that started
  /// one task, often stands around the one that counts. Nor does one that has started as many processes as there are
  /// agents of torchrun, one on each machine: the processes are those that the agents start.
  ///
  /// - Throws: ``CommandError/usage(_:)`` for half of a pair, for what is no number or out of range, and for
  ///   launchers that contradict each other.
  static func place(_ variable: (String) -> String?) throws(CommandError) -> Place? {
    var places: [Place] = []
    for launcher in known {
      if let place = try launcher.place(variable) { places.append(place) }
    }
    if places.first?.launcher == torchrun, let agents = variable("GROUP_WORLD_SIZE").flatMap({ Int($0) }) {
      places.removeAll { $0.launcher != torchrun && $0.size == agents }
    }
    let several = places.filter { $0.size > 1 }
    guard let first = several.first ?? places.first else {
      // An indexed job tells each process its number, and nobody how many there are.
      guard variable(kubernetes.rankVariable) == nil else {
        throw kubernetes.isHalf(has: kubernetes.rankVariable)
      }
      return nil
    }
    if let other = several.first(where: { $0.rank != first.rank || $0.size != first.size }) {
      throw .usage(
        "'--shard auto': \(first.words) and \(other.words) contradict each other; name the shard with "
          + "'--shard I/N' or use '--shard none'")
    }
    return first
  }

  private func place(_ variable: (String) -> String?) throws(CommandError) -> Place? {
    switch (variable(rankVariable), variable(sizeVariable)) {
    case (nil, nil): return nil
    // Slurm sets the number of tasks for a whole job, also where no task of it runs.
    case (nil, _?) where self == Self.slurm || self == Self.kubernetes: return nil
    // Another launcher may run in the job.
    case (_?, nil) where self == Self.kubernetes: return nil
    case (nil, _?): throw isHalf(has: sizeVariable)
    case (_?, nil): throw isHalf(has: rankVariable)
    case (let rank?, let size?):
      guard let rankNumber = Int(rank), let sizeNumber = Int(size), rankNumber >= 0, rankNumber < sizeNumber
      else {
        throw .usage(
          "'--shard auto': \(rankVariable)=\(rank) of \(sizeVariable)=\(size) is no process of a number of "
            + "processes")
      }
      return Place(launcher: self, rank: rankNumber, size: sizeNumber)
    }
  }

  private func isHalf(has variable: String) -> CommandError {
    let missing = variable == rankVariable ? sizeVariable : rankVariable
    return .usage("'--shard auto': \(variable) is set, and \(missing) is not")
  }
}

extension Launcher.Place {
  /// The place for messages.
  var words: String {
    "\(launcher.name) (\(launcher.rankVariable)=\(rank), \(launcher.sizeVariable)=\(size))"
  }
}
