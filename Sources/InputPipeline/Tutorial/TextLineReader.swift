import Threads
import FileSupport
import SystemPackage

/// Reads each line as a record; the key is `name:line`, with the line from 1, skipped lines counted.
///
/// Source: TensorFlow 1.x, `tf.TextLineReader` and `core/lib/io/inputbuffer.cc`.
public typealias TextLineReader = RecordReader<TextLineFormat>

extension TextLineReader {
  /// A reader of lines.
  ///
  /// - Parameters:
  ///   - skippedLineCount: Lines at the start of each file that are no records; at least 0, traps otherwise.
  ///   - maximumLineLength: The bytes that a line may have, so that a wrong file cannot fill the memory.
  public convenience init(skippedLineCount: Int = 0, maximumLineLength: Int = 16 << 20) {
    self.init(
      format: TextLineFormat(skippedLineCount: skippedLineCount, maximumLineLength: maximumLineLength))
  }
}

/// Files of lines that end with a line feed; carriage returns are dropped wherever they stand.
///
/// A last line without a line feed is a line, unless it is empty.
public struct TextLineFormat: RecordFormat {
  /// Lines at the start of each file that are no records.
  public let skippedLineCount: Int
  /// The bytes that a line may have without its line feed.
  public let maximumLineLength: Int

  /// Files of lines; traps if `skippedLineCount` is negative.
  public init(skippedLineCount: Int, maximumLineLength: Int) {
    require(
      skippedLineCount >= 0,
      "text line reader: the number of lines to skip is at least 0, not \(skippedLineCount)")
    self.skippedLineCount = skippedLineCount
    self.maximumLineLength = maximumLineLength
  }

  /// Opens the file at `path`.
  public func open(_ path: FilePath) throws(ReaderError) -> Unit {
    Unit(file: try CheckedFile.ofRecords(path), format: self)
  }

  /// An open file, read in blocks.
  public struct Unit: WorkUnit {
    /// Bytes of a block: few enough for the cache, enough to make system calls rare.
    static let blockLength = 256 << 10

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let file: CheckedFile
    private let format: TextLineFormat
    private var line = 0
    private var block: ArraySlice<UInt8> = []
    private var blockEnd = 0

    init(file: CheckedFile, format: TextLineFormat) {
      self.file = file
      self.format = format
    }

    /// Reads the next line that is not skipped.
    public mutating func next() throws(ReaderError) -> WorkUnitStep {
      while let bytes = try nextLine() {
        line += 1
        guard line > format.skippedLineCount else { continue }
        return .record(KeyedRecord(key: RecordKey(path: file.path, number: line), value: bytes))
      }
      return .end
    }

    /// The next line without its end, or `nil` at the end of the file.
    private mutating func nextLine() throws(ReaderError) -> [UInt8]? {
      var bytes: [UInt8] = []
      while true {
        if block.isEmpty {
          guard blockEnd < file.byteCount else { return bytes.isEmpty ? nil : bytes }
          let end = min(file.byteCount, blockEnd + Self.blockLength)
          block = try file.recordBytes(in: blockEnd..<end)[...]
          blockEnd = end
        }
        let end = block.firstIndex(of: Self.lineFeed)
        bytes += block[..<(end ?? block.endIndex)].filter { $0 != Self.carriageReturn }
        guard bytes.count <= format.maximumLineLength else {
          throw .lineTooLong(file.path, line: line + 1, maximum: format.maximumLineLength)
        }
        block = block[(end.map { $0 + 1 } ?? block.endIndex)...]
        if end != nil { return bytes }
      }
    }
  }
}
