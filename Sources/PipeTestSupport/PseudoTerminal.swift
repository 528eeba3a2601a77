import Platform
import SystemPackage

/// A terminal without a person: a program writes to its one end and reads keys there, the test has the other.
///
/// It is nobody's controlling terminal, so typed keys send no signals and neither does a resize: what a real one
/// sends, the test sends with ``CommandRun/send(_:)`` and ``CommandRun/resize(columns:rows:)``. In return no end of a
/// session takes bytes away that nobody has read yet.
public final class PseudoTerminal: Sendable {
  /// The end of the test.
  let descriptor: Int32
  /// The name of the program's end.
  public let path: FilePath
  /// Open as long as the terminal is there, so that it keeps its modes and its bytes when a program ends.
  private let programEnd: Int32

  /// A terminal of this size; traps if the system has none left.
  ///
  /// The requests are `TIOCSPTLCK` and `TIOCGPTN`; the corresponding C functions are `unlockpt` and `ptsname`.
  public init(columns: Int = 80, rows: Int = 24) {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (unlocked, number) = (Int32(0), Int32(0))
    let isReady =
      ioctl(descriptor, 0x4004_5431, &unlocked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0
    precondition(isReady, "no terminal: \(errno)")
    path = FilePath("/dev/pts/\(number)")
    programEnd = open(path.string, O_RDWR | O_NOCTTY | O_CLOEXEC)
    precondition(programEnd >= 0, "\(path): cannot be opened: \(errno)")
    resize(columns: columns, rows: rows)
  }

  deinit {
    close(programEnd)
    close(descriptor)
  }

  /// Sends keys, as typed: a line end is `\r`.
  public func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    let count = write(descriptor, bytes, bytes.count)
    precondition(count == bytes.count, "\(path): keys are lost")
  }

  /// Whether keys appear on the screen by themselves, and come to the program in whole lines: the state in which a
  /// terminal is found and has to be left.
  public var isInLineMode: Bool {
    var modes = termios()
    precondition(tcgetattr(descriptor, &modes) == 0, "\(path): has no modes")
    return modes.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON)
  }

  /// Changes the size; ``CommandRun/resize(columns:rows:)`` also tells the program.
  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    precondition(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0, "\(path): cannot be resized")
  }

  var size: (columns: Int, rows: Int) {
    var size = winsize()
    precondition(ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, "\(path): has no size")
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
