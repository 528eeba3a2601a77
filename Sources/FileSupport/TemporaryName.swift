import Platform
import SystemPackage

/// The name of unfinished work beside the name that it will get.
///
/// The form is `.NAME.cifar-pipe-PID-RANDOM.part` for a file and `….staging` for a directory: hidden, on the
/// same file system, and recognisable. The process that owns the work holds an exclusive `flock` on it, which
/// the system releases however that process ends; work without a lock is abandoned and may be removed.
public struct TemporaryName: Sendable {
  /// How the name ends.
  public enum Purpose: String, Sendable {
    /// A file that is being written.
    case part
    /// A directory that is being filled.
    case staging
  }

  private static let mark = Array(".cifar-pipe-".utf8)
  /// `NAME_MAX` of Linux, in bytes.
  private static let lengthLimit = 255
  /// Room for the dot, the mark, a process number, the random part and the longest ending, in bytes.
  private static let reservedLength = 64

  private let beginning: [UInt8]
  private let ending: [UInt8]

  /// The last component of the path of an output, which gets its name when it is complete.
  ///
  /// - Throws: ``FileError/notAName(path:)``, or ``FileError/system(path:operation:reason:)`` with
  ///   ``FileError/Operation/create`` for a name that no file can have.
  static func outputName(of path: FilePath) throws(FileError) -> FilePath.Component {
    guard let name = path.lastComponent, name.kind == .regular else { throw .notAName(path: path) }
    guard name.bytes.count <= lengthLimit else {
      throw .system(path: path, operation: .create, reason: .fileNameTooLong)
    }
    return name
  }

  /// The names for unfinished work of the output called `name`.
  public init(for name: FilePath.Component, purpose: Purpose) {
    beginning = [UInt8(ascii: ".")] + name.bytes.prefix(Self.lengthLimit - Self.reservedLength) + Self.mark
    ending = Array(".\(purpose.rawValue)".utf8)
  }

  /// A name that nobody else uses; the caller still creates it with `O_EXCL` and tries again on `EEXIST`.
  public func fresh() -> FilePath.Component {
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    let padded = String(repeating: "0", count: 8 - random.count) + random
    let bytes = beginning + Array("\(getpid())-\(padded)".utf8) + ending
    guard let name = FilePath.Component(bytes: bytes) else {
      preconditionFailure("a temporary name is always a plain name")
    }
    return name
  }

  /// Whether `name` is one that ``fresh()`` of some process could have given for the same output.
  public func matches(_ name: FilePath.Component) -> Bool {
    let bytes = name.bytes
    guard bytes.starts(with: beginning), bytes.suffix(ending.count).elementsEqual(ending),
      bytes.count > beginning.count + ending.count
    else { return false }
    let parts = bytes[beginning.count..<bytes.count - ending.count].split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.count == 2
      && !parts[0].isEmpty && parts[0].allSatisfy { (0x30...0x39).contains($0) }
      && parts[1].count == 8 && parts[1].allSatisfy { isHexadecimalDigit($0) }
  }

  private func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
