@testable import CIFAR

/// The operations as TensorFlow 1.x describes them, each on all pixels, one after the other, without any trick.
///
/// The numbers in the comments are rules of part 10 of the project's notes on TensorFlow's input pipeline.
extension ReferenceImage {
  /// The image after one operation, for which `draw` was drawn.
  func applying(_ operation: ImageOperation, _ draw: TransformDraw) -> ReferenceImage {
    switch (operation.kind, draw) {
    case (let crop as Crop, .nothing): croppedOrPadded(to: crop.size)
    case (let crop as RandomCrop, .offset(let row, let column)):
      window(top: row, left: column, height: crop.size, width: crop.size)
    case (let pad as Pad, .nothing) where pad.reflects: reflected(margin: pad.margin)
    case (let translate as Translate, .offset(let row, let column)):
      reflected(margin: translate.margin).window(top: row, left: column, height: height, width: width)
    case (let pad as Pad, .nothing):
      window(
        top: -pad.margin, left: -pad.margin, height: height + 2 * pad.margin, width: width + 2 * pad.margin)
    case (is Flip, .mirrors(let isMirrored)): isMirrored ? mirrored() : self
    case (is Brightness, .shift(let shift)): mapped { $1 + shift }
    case (is Contrast, .factor(let factor)): contrasted(by: factor)
    case (is Standardize, .nothing): standardized()
    case (let it as Normalize, .nothing): mapped { ($1 / 255 - it.mean[$0]) / it.deviation[$0] }
    case (let scale as Scale, .nothing): mapped { $1 * scale.factor }
    case (let cutout as Cutout, .centre(let row, let column)):
      cut(row: row, column: column, size: cutout.size)
    default: preconditionFailure("\(operation) does not draw \(draw)")
    }
  }

  /// The image after all operations.
  func applying(_ operations: [ImageOperation], _ draws: [TransformDraw]) -> ReferenceImage {
    precondition(operations.count == draws.count, "every operation has its draw")
    return zip(operations, draws).reduce(self) { $0.applying($1.0, $1.1) }
  }

  /// `resize_image_with_crop_or_pad` (10.12).
  func croppedOrPadded(to size: Int) -> ReferenceImage {
    // floor((old - new) / 2) when cropping, -floor((new - old) / 2) when padding.
    func offset(_ old: Int) -> Int { old >= size ? (old - size) / 2 : -((size - old) / 2) }
    return window(top: offset(height), left: offset(width), height: size, width: size)
  }

  /// The part at this place; zeros where there is no image.
  func window(top: Int, left: Int, height: Int, width: Int) -> ReferenceImage {
    var result = ReferenceImage(height: height, width: width)
    for row in 0..<height where (0..<self.height).contains(row + top) {
      for column in 0..<width where (0..<self.width).contains(column + left) {
        for channel in 0..<3 { result[row, column, channel] = self[row + top, column + left, channel] }
      }
    }
    return result
  }

  /// NumPy's `pad` with `mode="reflect"`.
  func reflected(margin: Int) -> ReferenceImage {
    // The distance from the last pixel, where the place lies beyond it, and from the first, where it lies before it.
    func place(_ index: Int, _ length: Int) -> Int {
      let distance = abs(index - margin)
      return distance < length ? distance : 2 * (length - 1) - distance
    }
    var result = ReferenceImage(height: height + 2 * margin, width: width + 2 * margin)
    for row in 0..<result.height {
      for column in 0..<result.width {
        for channel in 0..<3 {
          result[row, column, channel] = self[place(row, height), place(column, width), channel]
        }
      }
    }
    return result
  }

  /// `flip_left_right` (10.7).
  func mirrored() -> ReferenceImage {
    var result = self
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<3 { result[row, column, channel] = self[row, width - 1 - column, channel] }
      }
    }
    return result
  }

  /// `adjust_contrast` on floats: the mean by channel and image, no clipping (10.9).
  func contrasted(by factor: Double) -> ReferenceImage {
    let means = (0..<3).map { channel in
      mean(of: stride(from: channel, to: values.count, by: 3).map { values[$0] })
    }
    return mapped { ($1 - means[$0]) * factor + means[$0] }
  }

  /// `per_image_standardization` (10.10), in two passes.
  func standardized() -> ReferenceImage {
    let mean = mean(of: values)
    let variance = self.mean(of: values.map { ($0 - mean) * ($0 - mean) })
    let divisor = max(variance.squareRoot(), 1 / Double(values.count).squareRoot())
    return mapped { ($1 - mean) / divisor }
  }

  /// Zeros in a square about a pixel, cut off at the image's edges.
  func cut(row: Int, column: Int, size: Int) -> ReferenceImage {
    var result = self
    for y in row - size / 2..<row - size / 2 + size where (0..<height).contains(y) {
      for x in column - size / 2..<column - size / 2 + size where (0..<width).contains(x) {
        for channel in 0..<3 { result[y, x, channel] = 0 }
      }
    }
    return result
  }

  private func mean(of values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
