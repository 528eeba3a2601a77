import SystemPackage

/// Delivers each name as a record, without looking at any file; the key is the name too.
///
/// Source: TensorFlow 1.x, `tf.IdentityReader`.
public typealias IdentityReader = RecordReader<IdentityFormat>

extension IdentityReader {
  /// A reader of the names themselves.
  public convenience init() {
    self.init(format: IdentityFormat())
  }
}

/// Names that are records themselves.
public struct IdentityFormat: RecordFormat {
  /// The format; it has no options.
  public init() {}

  /// Takes the name; nothing is opened.
  public func open(_ path: FilePath) -> Unit { Unit(path: path) }

  /// A name.
  public struct Unit: WorkUnit {
    let path: FilePath

    /// The bytes of the name.
    public mutating func next() -> WorkUnitStep {
      let bytes = path.withPlatformString { name in
        Array(UnsafeRawBufferPointer(start: name, count: path.length))
      }
      return .last(KeyedRecord(key: RecordKey(path: path), value: bytes))
    }
  }
}
