import InputPipeline

/// A prepared piece of work on one image; an operation consists of one or more.
///
/// An enum of plain numbers and not the operations themselves: the loop over images is compiled for all of them
/// at once, and no thread counts references to what all threads share.
enum TransformStep {
  /// Cuts `height` x `width` pixels out, `top` rows and `left` columns from the corner.
  case crop(top: Int, left: Int, height: Int, width: Int)
  /// Cuts a square of `size` pixels out at one of `rowChoices` x `columnChoices` places.
  case randomCrop(size: Int, rowChoices: Int, columnChoices: Int, randomness: Int)
  /// Adds zeros on each side.
  case pad(margin: Int)
  /// Adds a mirror image on each side.
  case reflect(margin: Int)
  /// Mirrors or does not.
  case flip(randomness: Int)
  /// Mirrors in every other epoch.
  case alternatingFlip(randomness: Int)
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

  /// Does the work on the image of `record` in `epoch`, with the generators of that epoch.
  @inline(__always)
  func apply(
    to image: inout TransformedImage, epoch: UInt64, record: UInt64,
    _ generators: UnsafeMutablePointer<CounterGenerator>
  ) {
    switch self {
    case .crop(let top, let left, let height, let width):
      image.crop(top: top, left: left, height: height, width: width)
    case .randomCrop(let size, let rows, let columns, let index):
      let offset = generators[index].position(rows: rows, columns: columns, record: record)
      image.crop(top: offset.row, left: offset.column, height: size, width: size)
    case .pad(let margin):
      image.pad(margin)
    case .reflect(let margin):
      image.reflect(margin)
    case .alternatingFlip(let index):
      if generators[index].isChosen(record: record) != (epoch & 1 == 1) { image.mirror() }
    case .flip(let index):
      if generators[index].isChosen(record: record) { image.mirror() }
    case .brightness(let delta, let index):
      let shift = generators[index].shift(delta: delta, record: record)
      image.apply(centre: .zero, factor: .one, offset: ChannelValues(repeating: shift))
    case .contrast(let lower, let upper, let index):
      image.stretch(by: generators[index].factor(lower: lower, upper: upper, record: record))
    case .standardize:
      image.standardize()
    case .affine(let centre, let factor):
      image.apply(centre: centre, factor: factor, offset: .zero)
    case .cutout(let size, let height, let width, let index):
      let centre = generators[index].position(rows: height, columns: width, record: record)
      image.cut(row: centre.row, column: centre.column, size: size)
    }
  }
}
