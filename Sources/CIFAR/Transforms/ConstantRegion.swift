/// A part of an image that does not come from the record: the frame of a pad operation, or a cutout.
///
/// Its pixels are zeros when it comes into being, and later operations change them like all others.
struct ConstantRegion {
  /// The region's outline, in the image as it is now.
  var outline: PixelRectangle
  /// The image that a frame surrounds, which is not part of it; empty for a cutout.
  var hole: PixelRectangle
  /// Whether the region covers what was there before; a frame lies beside it.
  let covers: Bool
  /// The value of all its pixels by channel.
  var value: ChannelValues
}
