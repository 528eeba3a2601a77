import CKernels

extension TransformedImage {
  /// Writes the image: the window and one frame in a single pass, then whatever else is constant.
  ///
  /// - Parameters:
  ///   - output: `height * width * 3` values of the element type, aligned for it.
  ///   - computes: Whether values may differ from the record's bytes; bytes are only copied otherwise.
  @inline(__always)
  func write(
    to output: UnsafeMutableRawPointer, layout: ImageLayout, elementType: ElementType, computes: Bool
  ) {
    let frame = firstFrame
    var image = kernelImage(frame: frame, rounds: elementType == .uint8)
    let pixelStride = layout == .nhwc ? 3 : 1
    let rowStride = width &* pixelStride
    let planeStride = width &* height
    switch elementType {
    case .float32:
      let floats = output.assumingMemoryBound(to: Float.self)
      switch layout {
      case .nhwc: cp_write_float_nhwc(instructions, &image, floats, rowStride)
      case .nchw: cp_write_float_nchw(instructions, &image, floats, rowStride, planeStride)
      }
    case .uint8:
      let bytes = output.assumingMemoryBound(to: UInt8.self)
      switch (layout, computes) {
      case (.nhwc, false): cp_copy_bytes_nhwc(instructions, &image, bytes, rowStride)
      case (.nhwc, true): cp_round_bytes_nhwc(instructions, &image, bytes, rowStride)
      case (.nchw, false): cp_copy_bytes_nchw(instructions, &image, bytes, rowStride, planeStride)
      case (.nchw, true): cp_round_bytes_nchw(instructions, &image, bytes, rowStride, planeStride)
      }
    }
    for index in 0..<regionCount where index != frame {
      fill(regions[index], in: output, layout: layout, elementType: elementType)
    }
  }

  /// The frame that the kernels write together with the window, if there is one.
  private var firstFrame: Int? {
    (0..<regionCount).first { !regions[$0].covers }
  }

  /// The window, its values, and around it the value of a frame.
  @inline(__always)
  private func kernelImage(frame: Int?, rounds: Bool) -> cp_image {
    let form = values.floatForm()
    var border = frame.map { regions[$0].value } ?? .zero
    if rounds { border = border.clamped(lowerBound: .zero, upperBound: .init(repeating: 255)).rounded(.toNearestOrEven) }
    return cp_image(
      window: sourceWindow(of: window), mirrored: isMirrored,
      top: Int32(truncatingIfNeeded: window.top), bottom: Int32(truncatingIfNeeded: height &- window.bottom),
      left: Int32(truncatingIfNeeded: window.left), right: Int32(truncatingIfNeeded: width &- window.right),
      reference: Self.floats(form.reference), factor: Self.floats(values.slope), offset: Self.floats(form.offset),
      border: Self.floats(border))
  }

  /// Sets the pixels of a region to its value.
  private func fill(
    _ region: ConstantRegion, in output: UnsafeMutableRawPointer, layout: ImageLayout, elementType: ElementType
  ) {
    let (pixelStride, planeStride) = layout == .nhwc ? (3, 1) : (1, width &* height)
    for row in region.outline.top..<max(region.outline.top, region.outline.bottom) {
      for column in region.outline.left..<max(region.outline.left, region.outline.right)
      where !region.hole.contains(row: row, column: column) {
        for channel in 0..<CIFARImage.channelCount {
          let place = (row &* width &+ column) &* pixelStride &+ channel &* planeStride
          let value = Float(region.value[channel])
          switch elementType {
          case .float32: output.assumingMemoryBound(to: Float.self)[place] = value
          case .uint8:
            output.assumingMemoryBound(to: UInt8.self)[place] =
              UInt8(min(255, max(0, value)).rounded(.toNearestOrEven))
          }
        }
      }
    }
  }

  @inline(__always)
  private static func floats(_ values: ChannelValues) -> (Float, Float, Float) {
    (Float(values.x), Float(values.y), Float(values.z))
  }
}
