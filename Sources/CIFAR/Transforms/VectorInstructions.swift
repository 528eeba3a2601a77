import CKernels

/// The vector instructions of the loops over pixels.
public enum VectorInstructions {
  /// The name of those that are used on this processor, such as `AVX2`.
  public static var name: String { String(cString: cp_instructions_name(cp_best_instructions())) }
}
