/// A value for each channel: red, green, blue.
public typealias ChannelValues = SIMD3<Double>
