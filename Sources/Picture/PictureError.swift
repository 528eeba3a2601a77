/// What keeps a picture from being made.
public enum PictureError: Error, Equatable {
  /// The picture would have no pixel or too many, all numbers in pixels.
  case size(width: Int, height: Int)
  /// The compressor gave up; the code is one of zlib's.
  case compression(code: Int32)
}

extension PictureError: CustomStringConvertible {
  /// One line: the thing, what is wrong with it, what was expected and found.
  public var description: String {
    switch self {
    case .size(let width, let height):
      let side = RGBImage.greatestSide
      return "picture: size out of range (expected 1 to \(side) pixels a side and at most "
        + "\(RGBImage.greatestPixelCount) in all, found \(width) x \(height))"
    case .compression(let code):
      return "picture: zlib cannot compress it (code \(code))"
    }
  }
}
