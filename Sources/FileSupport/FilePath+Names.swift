import Platform
import SystemPackage

extension FilePath {
  /// The path as one line of printable text; see ``FileSupport/escaped(_:)``.
  public var escaped: String {
    withPlatformString { FileSupport.escaped(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// The path without its last name, `.` when there is only one name.
  public var parentDirectory: FilePath {
    let parent = removingLastComponent()
    return parent.isEmpty ? "." : parent
  }
}

extension FilePath.Component {
  /// The name with exactly these bytes, or `nil` when they are empty, `.`, `..`, or hold a slash or NUL.
  public init?(bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else { return nil }
    var terminated = bytes.map { CChar(truncatingIfNeeded: $0) }
    terminated.append(0)
    guard let name = FilePath(platformString: terminated).lastComponent, name.kind == .regular else {
      return nil
    }
    self = name
  }

  /// The bytes of the name, without a terminator.
  public var bytes: [UInt8] {
    withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// The name as one line of printable text; see ``FileSupport/escaped(_:)``.
  public var escaped: String { FileSupport.escaped(bytes) }
}
