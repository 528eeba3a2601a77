import Platform
import CIFAR
import InputPipeline
import SystemPackage
import Threads

/// The machine that was measured on.
struct Machine {
  /// The processor's own name.
  let processor: String
  /// The vector instructions that the loops over pixels use.
  let vectorInstructions: String
  /// The processors that the process may use.
  let processorCount: Int
  /// Bytes of memory.
  let memory: Int
  /// The kernel's name and release.
  let kernel: String

  static var this: Machine {
    var names = utsname()
    uname(&names)
    func text<Name>(_ name: Name) -> String {
      withUnsafeBytes(of: name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return Machine(
      processor: processorName, vectorInstructions: VectorInstructions.name, processorCount: Processors.count,
      memory: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
      kernel: "\(text(names.sysname)) \(text(names.release))")
  }

  /// One line for people.
  var text: String {
    "\(processor), \(vectorInstructions), \(processorCount) processors, \(memory >> 30) GiB, \(kernel)"
  }

  /// The facts as an object.
  var json: JSON {
    .object([
      ("processor", .string(processor)), ("vector_instructions", .string(vectorInstructions)),
      ("processors", .integer(processorCount)),
      ("memory_bytes", .integer(memory)), ("kernel", .string(kernel)),
    ])
  }

  /// The line "model name" of `/proc/cpuinfo`, where there is one.
  private static var processorName: String {
    let lines = SystemText.read("/proc/cpuinfo")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map { String($0.drop(while: { $0 == " " })) }
      ?? "unknown processor"
  }
}
