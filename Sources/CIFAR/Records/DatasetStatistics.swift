/// A value for each channel: red, green, blue.
public typealias ChannelValues = SIMD3<Double>

/// The mean and the deviation of a data set's training pixels by channel, for ``ImageOperation/normalize(mean:deviation:)``.
///
/// Both are in units of 0...1, that is, of pixel values divided by 255.
public struct DatasetStatistics: Sendable, Equatable {
  /// The mean over all pixels of all training images.
  public let mean: ChannelValues
  /// The population standard deviation over all pixels of all training images.
  ///
  /// It is not the mean of the images' own deviations (0.2023, 0.1994, 0.2010 for CIFAR-10), which many programs
  /// use in its place.
  public let deviation: ChannelValues

  /// Statistics of some other data set.
  ///
  /// Compiling a transform checks the values.
  public init(mean: ChannelValues, deviation: ChannelValues) {
    self.mean = mean
    self.deviation = deviation
  }

  /// CIFAR-10: 50,000 training images.
  public static let cifar10 = DatasetStatistics(
    mean: [0.49139968, 0.48215841, 0.44653091], deviation: [0.24703223, 0.24348513, 0.26158784])

  /// CIFAR-100: 50,000 training images, to the four digits on which published values agree.
  public static let cifar100 = DatasetStatistics(
    mean: [0.5071, 0.4866, 0.4409], deviation: [0.2673, 0.2564, 0.2762])
}
