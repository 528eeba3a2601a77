/// Sizes of one image, equal in all CIFAR data sets.
public enum CIFARImage {
  /// Rows of an image.
  public static let height = 32
  /// Columns of an image.
  public static let width = 32
  /// Colour planes: red, green, blue.
  public static let channelCount = 3
  /// Bytes of one colour plane, row by row.
  public static let planeLength = height * width
  /// Bytes of one image: the red, then the green, then the blue plane.
  public static let byteCount = planeLength * channelCount
}
