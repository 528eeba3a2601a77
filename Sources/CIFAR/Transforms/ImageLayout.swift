/// The order of an image's axes in memory.
public enum ImageLayout: String, Sendable, CaseIterable {
  /// `[height, width, channel]`: the channels of a pixel lie together.
  case nhwc
  /// `[channel, height, width]`: a plane for each channel.
  case nchw
}

/// The type of a delivered image's values.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision in the machine's byte order.
  case float32
  /// Whole numbers of 0...255.
  case uint8

  /// Bytes of one value.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .uint8: 1
    }
  }
}
