/// One step of an image transform.
///
/// Pixel values are 0...255 before the first operation and are neither clipped nor rounded between
/// operations. Random choices are made anew for every record of every epoch.
public enum ImageOperation: Sendable, Hashable {
  /// Keeps the central square of `size` pixels; with an odd rest the extra row and column go at the bottom right.
  ///
  /// Source: TensorFlow 1.x `resize_image_with_crop_or_pad`.
  case crop(size: Int)
  /// Keeps a square of `size` pixels at an offset drawn uniformly from all that fit.
  ///
  /// Source: TensorFlow 1.x `random_crop`.
  case randomCrop(size: Int)
  /// Adds `margin` rows or columns of zeros on each of the four sides.
  case pad(margin: Int)
  /// Mirrors the image left to right, in one of two cases.
  ///
  /// Source: TensorFlow 1.x `random_flip_left_right`.
  case flip
  /// Adds one number, drawn uniformly from -`delta` up to but not including `delta`, to all values.
  ///
  /// Source: TensorFlow 1.x `random_brightness` on floats.
  case brightness(delta: Double)
  /// Moves every value away from or towards its channel's mean in this image.
  ///
  /// The distance is multiplied by one number, drawn uniformly from `lower` up to but not including `upper`.
  /// Source: TensorFlow 1.x `random_contrast` on floats.
  case contrast(lower: Double, upper: Double)
  /// Scales the image to zero mean and unit deviation over all its values.
  ///
  /// The divisor is never below `1 / sqrt(n)` for `n` values; an image of one value becomes zeros.
  /// Source: TensorFlow 1.x `per_image_standardization`.
  case standardize
  /// Maps each value x of a channel to `(x / 255 - mean) / deviation`.
  case normalize(mean: ChannelValues, deviation: ChannelValues)
  /// Multiplies all values by `factor`.
  case scale(factor: Double)
  /// Sets a square of `size` pixels to zero, where it lies inside of the image.
  ///
  /// The square is centred on a pixel drawn uniformly from the whole image: `size / 2` rows and columns before it
  /// (rounded down), the rest from it on. So squares near the border are cut off.
  /// Source: T. DeVries, G. Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout"
  /// (2017), section 3.2.
  case cutout(size: Int)

  /// Whether the operation calculates with values instead of moving them.
  ///
  /// Such an operation makes ``ElementType/float32`` the default element type.
  public var computes: Bool {
    switch self {
    case .brightness, .contrast, .standardize, .normalize, .scale: true
    case .crop, .randomCrop, .pad, .flip, .cutout: false
    }
  }

  /// The operation's name in a `--transform` text.
  public var name: String {
    switch self {
    case .crop: "crop"
    case .randomCrop: "random-crop"
    case .pad: "pad"
    case .flip: "flip"
    case .brightness: "brightness"
    case .contrast: "contrast"
    case .standardize: "standardize"
    case .normalize: "normalize"
    case .scale: "scale"
    case .cutout: "cutout"
    }
  }
}
