/// One operation, checked and prepared for the loop over images.
enum TransformStep {
  /// Cuts `height` x `width` pixels out, `top` rows and `left` columns from the corner.
  case crop(top: Int, left: Int, height: Int, width: Int)
  /// Cuts a square of `size` pixels out at one of `rowChoices` x `columnChoices` places.
  case randomCrop(size: Int, rowChoices: Int, columnChoices: Int, randomness: Int)
  /// Adds zeros on each side.
  case pad(margin: Int)
  /// Mirrors or does not.
  case flip(randomness: Int)
  /// Adds a number drawn below `delta`.
  case brightness(delta: Double, randomness: Int)
  /// Stretches values about their channel's mean.
  case contrast(lower: Double, upper: Double, randomness: Int)
  /// Zero mean and unit deviation.
  case standardize
  /// Takes `centre` away and multiplies by `factor`.
  case affine(centre: ChannelValues, factor: ChannelValues)
  /// Zeros in a square about one of `height` x `width` pixels.
  case cutout(size: Int, height: Int, width: Int, randomness: Int)
}
