import FileSupport
import SystemPackage

/// Why records could not be read.
///
/// The normal end of input is no error: it is `nil` from a read.
public enum ReaderError: Error, Equatable, Sendable {
  /// A length of a record window is below its minimum.
  case lengthTooSmall(name: String, minimum: Int, found: Int)
  /// The lengths of a record window add up to more than an `Int` holds.
  case lengthsTooLarge
  /// The system refused to open the file, or to tell its size.
  case cannotOpen(FilePath, Errno)
  /// The path names a directory, a pipe, a device or the like.
  case notARegularFile(FilePath)
  /// The system failed to read at `offset`, in bytes.
  case cannotRead(FilePath, offset: Int, Errno)
  /// The file became shorter after it was opened; lengths in bytes.
  case endsEarly(FilePath, expected: Int, found: Int)
  /// The file is shorter than the header that precedes its records; lengths in bytes.
  case shorterThanHeader(FilePath, headerLength: Int, found: Int)
  /// The file has more bytes than may be read into one record.
  case fileTooLong(FilePath, maximum: Int, found: Int)
  /// A line has more bytes than may be read into one record; lines count from 1.
  case lineTooLong(FilePath, line: Int, maximum: Int)
}

extension ReaderError: CustomStringConvertible {
  /// One line: the file, and what is wrong.
  public var description: String {
    switch self {
    case .lengthTooSmall(let name, let minimum, let found):
      "record window: \(name) is too small (expected at least \(minimum), found \(found))"
    case .lengthsTooLarge: "record window: the lengths are too large together"
    case .cannotOpen(let path, let errno): "\(path.escaped): cannot be opened: \(errno)"
    case .notARegularFile(let path): "\(path.escaped): is not a regular file"
    case .cannotRead(let path, let offset, let errno):
      "\(path.escaped): cannot be read at byte \(offset): \(errno)"
    case .endsEarly(let path, let expected, let found):
      "\(path.escaped): ends early, it was cut while being read (expected \(expected) bytes, found \(found))"
    case .shorterThanHeader(let path, let headerLength, let found):
      "\(path.escaped): is shorter than its header (expected at least \(headerLength) bytes, found \(found))"
    case .fileTooLong(let path, let maximum, let found):
      "\(path.escaped): is too long for one record (expected at most \(maximum) bytes, found \(found))"
    case .lineTooLong(let path, let line, let maximum):
      "\(path.escaped): line \(line) is too long (expected at most \(maximum) bytes)"
    }
  }
}

extension CheckedFile {
  /// Opens the file at `path` in which records are looked for.
  static func ofRecords(_ path: FilePath) throws(ReaderError) -> CheckedFile {
    do {
      return try CheckedFile(path)
    } catch {
      if case .system(_, _, let reason) = error { throw .cannotOpen(path, reason) }
      throw .notARegularFile(path)
    }
  }

  /// The bytes of `range` that hold records.
  func recordBytes(in range: Range<Int>) throws(ReaderError) -> [UInt8] {
    do {
      return try bytes(in: range)
    } catch .changed(_, let expected, let found) {
      throw .endsEarly(path, expected: expected, found: found)
    } catch .system(_, _, let reason) {
      throw .cannotRead(path, offset: range.lowerBound, reason)
    } catch {
      preconditionFailure("an open file is not looked up again: \(error)")
    }
  }
}
