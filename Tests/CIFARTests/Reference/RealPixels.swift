import Platform
import PipeTestSupport

/// The first records of the real CIFAR-10, unpacked by the system's `tar`.
enum RealPixels {
  /// The pixels of up to 64 records; empty without an archive or without `tar`.
  static let records: [[UInt8]] = {
    guard let archive = RealRecords.archive, !archive.string.contains("'") else { return [] }
    let command = "tar -xOzf '\(archive.string)' --wildcards '*data_batch_1.bin' 2>/dev/null"
    guard let pipe = popen(command, "r") else { return [] }
    defer { pclose(pipe) }
    var records: [[UInt8]] = []
    var record = [UInt8](repeating: 0, count: 3073)
    while records.count < 64, fread(&record, 1, record.count, pipe) == record.count {
      records.append(Array(record[1...]))
    }
    return records
  }()
}
