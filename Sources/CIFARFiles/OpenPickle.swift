import CIFAR
import FileSupport
import SystemPackage

/// The bytes of an open file, read wherever the pickle machine asks.
struct OpenPickle: PickleBytes {
  let path: FilePath
  let descriptor: FileDescriptor
  let byteCount: Int

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
    let count: Int
    do throws(FileError) {
      count = try descriptor.readFully(into: buffer, at: Int64(offset), path: path)
    } catch .system(_, _, let reason) {
      throw .readFailed(path: path, offset: Int64(offset), reason: reason)
    } catch {
      preconditionFailure("reading throws reasons of the system alone: \(error)")
    }
    guard count == buffer.count else {
      throw .truncatedDuringRead(path: path, offset: Int64(offset), expected: buffer.count, found: count)
    }
  }
}
