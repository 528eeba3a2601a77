import CKernels

extension TransformedImage {
  /// Writes the image: the window and one frame in a single pass, then whatever else is constant.
  ///
  /// - Parameters:
  ///   - output: `height * width * 3` values of the element type, aligned for it.
  ///   - computes: Whether values may differ from the record's bytes; bytes are only copied otherwise.
  @inline(__always)
  mutating func write(
    to output: UnsafeMutableRawPointer, layout: ImageLayout, elementType: ElementType, computes: Bool
  ) {
    holdWindow()
    let frame = isInBlocks ? nil : firstFrame
    let kernels = ImageKernels(
      instructions: instructions, layout: layout, elementType: elementType, computes: computes,
      height: height, width: width)
    var image = kernelImage(frame: frame, rounds: elementType == .uint8)
    if isInBlocks {
      writeBlocks(image, to: output, kernels)
    } else {
      kernels.write(&image, to: output)
    }
    for index in 0..<regionCount where index != frame {
      fill(regions[index], in: output, layout: layout, elementType: elementType)
    }
  }

  /// The window of an image that is too large to be put together at once.
  private func writeBlocks(
    _ image: cp_image, to output: UnsafeMutableRawPointer, _ kernels: ImageKernels
  ) {
    var image = image
    (image.top, image.bottom, image.left, image.right) = (0, 0, 0, 0)
    forEachBlock(of: window) { block, source in
      image.window = source
      kernels.write(&image, to: output, row: block.top, column: block.left)
    }
  }

  /// The frame that the kernels write together with the window, if there is one.
  private var firstFrame: Int? {
    (0..<regionCount).first { !regions[$0].covers }
  }

  /// The window, its values, and around it the value of a frame.
  ///
  /// - Parameter rounds: Whether the result is bytes, for which the kernels want the border as whole numbers.
  @inline(__always)
  private func kernelImage(frame: Int?, rounds: Bool) -> cp_image {
    let form = values.floatForm()
    var border = SIMD3<Float>(frame.map { regions[$0].value } ?? .zero)
    if rounds { border = Self.rounded(border) }
    return cp_image(
      window: sourceWindow(of: window), mirrored: isMirrored,
      top: Int32(truncatingIfNeeded: window.top), bottom: Int32(truncatingIfNeeded: height &- window.bottom),
      left: Int32(truncatingIfNeeded: window.left), right: Int32(truncatingIfNeeded: width &- window.right),
      reference: Self.tuple(SIMD3<Float>(form.reference)), factor: Self.tuple(SIMD3<Float>(values.slope)),
      offset: Self.tuple(SIMD3<Float>(form.offset)), border: Self.tuple(border))
  }

  /// Sets the pixels of a region, apart from its hole, to its value.
  private func fill(
    _ region: ConstantRegion, in output: UnsafeMutableRawPointer, layout: ImageLayout,
    elementType: ElementType
  ) {
    if region.outline.isEmpty { return }
    let (pixelStride, planeStride) = layout == .nhwc ? (3, 1) : (1, width &* height)
    let value = SIMD3<Float>(region.value)
    let halves = output.assumingMemoryBound(to: UInt16.self)
    let byte = SIMD3<UInt8>(truncatingIfNeeded: SIMD3<Int32>(Self.rounded(value)))
    for row in region.outline.top..<region.outline.bottom {
      for column in region.outline.left..<region.outline.right
      where !region.hole.contains(row: row, column: column) {
        for channel in 0..<CIFARImage.channelCount {
          let place = (row &* width &+ column) &* pixelStride &+ channel &* planeStride
          switch elementType {
          case .float32: output.assumingMemoryBound(to: Float.self)[place] = value[channel]
          case .float16: halves[place] = cp_half_bits(CP_HALF_FLOAT16, value[channel])
          case .bfloat16: halves[place] = cp_half_bits(CP_HALF_BFLOAT16, value[channel])
          case .uint8: output.assumingMemoryBound(to: UInt8.self)[place] = byte[channel]
          }
        }
      }
    }
  }

  /// Whole numbers of 0...255, rounded as the kernels round pixels: as floats, half to even.
  private static func rounded(_ value: SIMD3<Float>) -> SIMD3<Float> {
    value.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)).rounded(.toNearestOrEven)
  }

  @inline(__always)
  private static func tuple(_ value: SIMD3<Float>) -> (Float, Float, Float) {
    (value.x, value.y, value.z)
  }
}

/// The kernel of one layout and element type.
struct ImageKernels {
  let instructions: cp_instructions
  let layout: ImageLayout
  let elementType: ElementType
  /// Whether values may differ from the record's bytes; bytes are only copied otherwise.
  let computes: Bool
  /// Rows of the whole output.
  let height: Int
  /// Columns of the whole output.
  let width: Int

  /// Writes an image at a place of the output.
  @inline(__always)
  func write(
    _ image: inout cp_image, to output: UnsafeMutableRawPointer, row: Int = 0, column: Int = 0
  ) {
    let pixelStride = layout == .nhwc ? 3 : 1
    let rowStride = width &* pixelStride
    let planeStride = width &* height
    let output = output + (row &* rowStride &+ column &* pixelStride) &* elementType.byteCount
    switch elementType {
    case .float32:
      let floats = output.assumingMemoryBound(to: Float.self)
      switch layout {
      case .nhwc: cp_write_float_nhwc(instructions, &image, floats, rowStride)
      case .nchw: cp_write_float_nchw(instructions, &image, floats, rowStride, planeStride)
      }
    case .float16: writeHalves(CP_HALF_FLOAT16, &image, to: output, rowStride, planeStride)
    case .bfloat16: writeHalves(CP_HALF_BFLOAT16, &image, to: output, rowStride, planeStride)
    case .uint8:
      let bytes = output.assumingMemoryBound(to: UInt8.self)
      switch (layout, computes) {
      case (.nhwc, false): cp_copy_bytes_nhwc(instructions, &image, bytes, rowStride)
      case (.nhwc, true): cp_round_bytes_nhwc(instructions, &image, bytes, rowStride)
      case (.nchw, false): cp_copy_bytes_nchw(instructions, &image, bytes, rowStride, planeStride)
      case (.nchw, true): cp_round_bytes_nchw(instructions, &image, bytes, rowStride, planeStride)
      }
    }
  }
  @inline(__always)
  private func writeHalves(
    _ type: cp_half, _ image: inout cp_image, to output: UnsafeMutableRawPointer, _ rowStride: Int,
    _ planeStride: Int
  ) {
    let halves = output.assumingMemoryBound(to: UInt16.self)
    switch layout {
    case .nhwc: cp_write_half_nhwc(instructions, type, &image, halves, rowStride)
    case .nchw: cp_write_half_nchw(instructions, type, &image, halves, rowStride, planeStride)
    }
  }
}
