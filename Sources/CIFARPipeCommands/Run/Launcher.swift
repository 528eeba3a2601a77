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
    Launcher(name: "torchrun", rankVariable: "RANK", sizeVariable: "WORLD_SIZE"),
    Launcher(name: "Slurm", rankVariable: "SLURM_PROCID", sizeVariable: "SLURM_NTASKS"),
    Launcher(name: "Open MPI", rankVariable: "OMPI_COMM_WORLD_RANK", sizeVariable: "OMPI_COMM_WORLD_SIZE"),
    Launcher(name: "PMI", rankVariable: "PMI_RANK", sizeVariable: "PMI_SIZE"),
    Launcher(name: "Kubernetes", rankVariable: "JOB_COMPLETION_INDEX", sizeVariable: "CIFAR_PIPE_WORLD"),
  ]

  /// A process among the processes of a launcher.
  struct Place: Sendable, Equatable {
    let launcher: Launcher
    let rank: Int
    let size: Int
  }

  /// The place that the variables tell; `nil` without any.
  ///
  /// A launcher of a single process contradicts nobody: an outer launcher, such as a batch system that started
  /// one task, often stands around the one that counts.
  ///
  /// - Throws: ``CommandError/usage(_:)`` for half of a pair, for what is no number or out of range, and for
  ///   launchers that contradict each other.
  static func place(_ variable: (String) -> String?) throws(CommandError) -> Place? {
    var places: [Place] = []
    for launcher in known {
      if let place = try launcher.place(variable) { places.append(place) }
    }
    let several = places.filter { $0.size > 1 }
    guard let first = several.first ?? places.first else { return nil }
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
    case (nil, _?) where name == "Slurm" || name == "Kubernetes": return nil
    case (nil, _?): throw .usage("'--shard auto': \(sizeVariable) is set, and \(rankVariable) is not")
    case (_?, nil): throw .usage("'--shard auto': \(rankVariable) is set, and \(sizeVariable) is not")
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
}

extension Launcher.Place {
  /// The place for messages.
  var words: String {
    "\(launcher.name) (\(launcher.rankVariable)=\(rank), \(launcher.sizeVariable)=\(size))"
  }
}
