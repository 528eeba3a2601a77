/// A transform with a name.
public enum TransformPreset: String, Sendable, CaseIterable {
  /// The tutorial's evaluation: the centre, standardised.
  case eval
  /// The tutorial's training: random crop, flip, brightness and contrast, standardised.
  case distort
  /// The usual training transform of PyTorch programs, as planes.
  case torch
  /// The partner of ``torch`` for evaluation: normalised, as planes.
  case torchEval = "torch-eval"
  /// Augmented bytes as planes, for a device that normalises them: moved by up to 4 pixels, and mirrored or not.
  case bytes
  /// The bytes of the data set.
  case raw

  /// The operations as a `--transform` text.
  public var text: String {
    switch self {
    case .eval: "crop:24,standardize"
    case .distort: "random-crop:24,flip,brightness:63,contrast:0.2:1.8,standardize"
    case .torch: "pad:4,random-crop:32,flip,normalize"
    case .torchEval: "normalize"
    case .bytes: "translate:4,flip"
    case .raw: "none"
    }
  }

  /// The order of the axes that belongs to it.
  public var layout: ImageLayout {
    switch self {
    case .eval, .distort, .raw: .nhwc
    case .torch, .torchEval, .bytes: .nchw
    }
  }
}
