/// Trace events as JSON text, put together byte by byte: a file has hundreds of thousands of them, and after a signal
/// little time is left.
struct TraceText {
  /// All events are of one process.
  static let processNumber = 1

  private var bytes = Array("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n".utf8)
  private var isFirst = true
  /// Names between quotation marks that were written before.
  private var quoted: [String: [UInt8]] = [:]

  /// A piece of a thread's time; times are in nanoseconds.
  ///
  /// - Parameter number: Follows the name, if it is given.
  mutating func span(
    _ name: String, number: Int? = nil, category: StaticString, thread: Int, from start: Int64, to end: Int64
  ) {
    begin("X", name, number: number, thread: thread)
    add(", \"cat\": \"")
    add(category)
    add("\", \"ts\": ")
    addMicroseconds(start)
    add(", \"dur\": ")
    addMicroseconds(end - start)
    add("}")
  }

  /// A moment of the whole run.
  mutating func instant(_ name: String, number: Int, thread: Int, at time: Int64) {
    begin("i", name, number: number, thread: thread)
    add(", \"s\": \"p\", \"ts\": ")
    addMicroseconds(time)
    add("}")
  }

  /// The value of a counter from a moment on.
  mutating func counter(_ name: String, _ value: Int, at time: Int64) {
    begin("C", name)
    add(", \"ts\": ")
    addMicroseconds(time)
    add(", \"args\": {\"size\": ")
    add(value)
    add("}}")
  }

  /// The name of the process.
  mutating func processName(_ name: String) {
    begin("M", "process_name")
    add(", \"args\": {\"name\": ")
    addQuoted(name, number: nil)
    add("}}")
  }

  /// The name of a thread, and its place among the threads.
  mutating func threadName(_ name: String, thread: Int) {
    begin("M", "thread_name", thread: thread)
    add(", \"args\": {\"name\": ")
    addQuoted(name, number: nil)
    add("}}")
    begin("M", "thread_sort_index", thread: thread)
    add(", \"args\": {\"sort_index\": ")
    add(thread)
    add("}}")
  }

  /// The whole file.
  ///
  /// - Parameter dropped: How many spans there were before those that were kept.
  consuming func finished(dropped: Int) -> [UInt8] {
    add(
      "\n], \"otherData\": {\"program\": \"cifar-pipe \(ThisProcess.version)\", \"dropped_spans\": \"\(dropped)\"}}\n"
    )
    return bytes
  }

  private mutating func begin(_ phase: StaticString, _ name: String, number: Int? = nil, thread: Int? = nil) {
    add(isFirst ? "{\"ph\": \"" : ",\n{\"ph\": \"")
    isFirst = false
    add(phase)
    add("\", \"pid\": ")
    add(Self.processNumber)
    if let thread {
      add(", \"tid\": ")
      add(thread)
    }
    add(", \"name\": ")
    addQuoted(name, number: number)
  }

  private mutating func addQuoted(_ name: String, number: Int?) {
    if quoted[name] == nil { quoted[name] = Array(JSON.string(name).text.utf8) }
    guard let number else { return bytes.append(contentsOf: quoted[name]!) }
    bytes.append(contentsOf: quoted[name]!.dropLast())
    add(" ")
    add(number)
    add("\"")
  }

  private mutating func add(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func add(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// A number that is not negative, without making a string of it.
  private mutating func add(_ number: Int) {
    var power = 1
    while number / power >= 10 { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
  }

  /// A number of nanoseconds in microseconds, exactly.
  private mutating func addMicroseconds(_ nanoseconds: Int64) {
    let (whole, rest) = Int(max(0, nanoseconds)).quotientAndRemainder(dividingBy: 1000)
    add(whole)
    bytes.append(UInt8(ascii: "."))
    for digit in [rest / 100, rest / 10 % 10, rest % 10] { bytes.append(UInt8(ascii: "0") + UInt8(digit)) }
  }
}
