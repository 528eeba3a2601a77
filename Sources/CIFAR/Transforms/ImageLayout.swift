/// The order of an image's axes in memory.
public enum ImageLayout: String, Sendable, CaseIterable {
  /// `[height, width, channel]`: the channels of a pixel lie together.
  case nhwc
  /// `[channel, height, width]`: a plane for each channel.
  case nchw
}
