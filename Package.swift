// swift-tools-version: 6.2
import PackageDescription

// `CIFAR_PIPE_CORE=1` leaves out what needs swift-crypto or the command line. The thread sanitizer and the fuzzers
// build the rest, which holds every library with threads or with a reader of foreign bytes: BoringSSL takes minutes.
let coreOnly = Context.environment["CIFAR_PIPE_CORE"] == "1"

// `CIFAR_PIPE_STRICT=1` (set by scripts/test) turns every warning of this package into an error.
let settings: [SwiftSetting] =
  Context.environment["CIFAR_PIPE_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

// The commit of the sources, which the scripts set, because a manifest does not see it change.
let commit = Context.environment["CIFAR_PIPE_COMMIT"] ?? ""

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// Exact versions, so that a build of today is a build of next year. Package.resolved would say the same of this package
// alone, but a build with `CIFAR_PIPE_CORE=1` takes out of it what it does not need, and the next build the newest.
var dependencies: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
  .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
]

var products: [Product] = [
  .library(name: "InputPipeline", targets: ["InputPipeline"]),
  .library(name: "CIFAR", targets: ["CIFAR"]),
]

var targets: [Target] = [
  // Threads of one's own, a lock with ways to wait, and the end of a misused program. Below everything.
  .target(name: "Threads", dependencies: ["Platform", system], swiftSettings: settings),
  // Queues, queue runners, the coordinator, the pipeline, the tutorial's readers and batchers. Knows no CIFAR.
  .target(
    name: "InputPipeline",
    dependencies: [
      "FileSupport", "Threads", "Platform", system,
      .product(name: "DequeModule", package: "swift-collections"),
    ],
    swiftSettings: settings),
  // Record layouts, transforms, generated records and the assembled CIFAR pipeline.
  .target(
    name: "CIFAR", dependencies: ["InputPipeline", "FileSupport", "CKernels", "Platform", system],
    swiftSettings: settings),
  // Descriptors, atomic publication, directory handles and locks.
  .target(name: "FileSupport", dependencies: ["Platform", system], swiftSettings: settings),
  // gzip and tar, read and written as streams, and safe extraction. Knows no CIFAR.
  .target(
    name: "TarArchive", dependencies: ["FileSupport", "Threads", "CZlib", "Platform", system],
    swiftSettings: settings),
  // One file from ordered mirrors: resumed, checked, then published. Knows no CIFAR.
  .target(
    name: "Download", dependencies: ["FileSupport", "Threads", "CCurl", "Platform", system],
    swiftSettings: settings),
  // Pictures in memory, text on them, and their PNG files. Knows no CIFAR.
  .target(name: "Picture", dependencies: ["CZlib"], swiftSettings: settings),
  // The system's libcurl, loaded at first use, so that only a download pays for it.
  .target(name: "CCurl"),
  // The system's zlib.
  .systemLibrary(
    name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
    providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
  // Pixel loops with vector instructions chosen at run time.
  .target(name: "CKernels"),
  // The C library by whatever name, and what differs between systems: the one place for a port.
  .target(name: "Platform", dependencies: ["CSystemCalls"], swiftSettings: settings),
  // Calls of the system that Swift does not show, or that systems have in different forms.
  .target(name: "CSystemCalls"),
  // What a build is told about itself.
  .target(name: "CBuild", cSettings: [.define("CIFAR_PIPE_COMMIT", to: "\"\(commit)\"")]),
  // Gates, scratch directories and other instruments of the tests.
  .target(
    name: "PipeTestSupport", dependencies: ["InputPipeline", "Threads", "Platform", system],
    swiftSettings: settings),
  .testTarget(
    name: "ThreadsTests", dependencies: ["Threads", "Platform", "PipeTestSupport", system],
    swiftSettings: settings),
  .testTarget(
    name: "InputPipelineTests", dependencies: ["InputPipeline", "Threads", "Platform", "PipeTestSupport"],
    swiftSettings: settings),
  .testTarget(
    name: "FileSupportTests", dependencies: ["FileSupport", "Platform", "PipeTestSupport"],
    swiftSettings: settings),
  .testTarget(
    name: "CIFARTests", dependencies: ["CIFAR", "Platform", "PipeTestSupport"], swiftSettings: settings),
  .testTarget(
    name: "TarArchiveTests", dependencies: ["TarArchive", "Threads", "Platform", "PipeTestSupport"],
    swiftSettings: settings),
  .testTarget(
    name: "DownloadTests", dependencies: ["Download", "FileSupport", "Platform", "PipeTestSupport", system],
    swiftSettings: settings),
  .testTarget(
    name: "PictureTests", dependencies: ["Picture", "CIFAR", "CZlib"], swiftSettings: settings),
  // The programs that docs/queues-and-threads.md quotes.
  .target(name: "Examples", dependencies: ["CIFAR", "InputPipeline", system], swiftSettings: settings),
  // Times of queue operations, for scripts/benchmark.
  .executableTarget(name: "queue-benchmark", dependencies: ["InputPipeline"], swiftSettings: settings),
  .testTarget(
    name: "ExampleTests", dependencies: ["Examples", "CIFAR", "PipeTestSupport", system],
    swiftSettings: settings),
]

if !coreOnly {
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
    // What Histogram is made with.
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
  ]
  products.append(.executable(name: "cifar-pipe", targets: ["cifar-pipe"]))
  targets += [
    // The command itself: one file that calls the root command.
    .executableTarget(
      name: "cifar-pipe", dependencies: ["CIFARPipeCommands"], swiftSettings: settings),
    // Options, messages, exit codes, signals and output formats; the only target that prints.
    .target(
      name: "CIFARPipeCommands",
      dependencies: [
        "CIFARFiles", "CIFAR", "InputPipeline", "TarArchive", "Download", "Digests", "Picture", "FileSupport",
        "Threads", "Platform", "CBuild", system,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "Numerics", package: "swift-numerics"),
      ],
      // A tenth of a megabyte less, which the promised size needs; nothing here is done for each image.
      swiftSettings: settings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]),
    // The published archives: their catalogue, audit, extraction, adoption, and records read from one.
    .target(
      name: "CIFARFiles",
      dependencies: ["CIFAR", "InputPipeline", "TarArchive", "FileSupport", "Digests", "Platform", system],
      swiftSettings: settings),
    // MD5 and SHA-256 of bytes that arrive piece by piece.
    .target(
      name: "Digests", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: settings),
    .testTarget(
      name: "CIFARFilesTests",
      dependencies: ["CIFARFiles", "Digests", "Download", "Platform", "PipeTestSupport", system],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "CIFARPipeCommands", "CIFARFiles", "Download", "Threads", "Platform", "cifar-pipe",
        "PipeTestSupport",
        system,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["cases"], swiftSettings: settings),
  ]
}

let package = Package(
  name: "cifar-pipe",
  products: products,
  dependencies: dependencies,
  targets: targets,
  swiftLanguageModes: [.v6]
)
