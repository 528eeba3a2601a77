import CKernels
import InputPipeline
import Testing

@testable import CIFAR

@Suite("Floats of 16 bits")
struct HalfTests {
  @Test("every number is read exactly and written back", arguments: [HalfFormat.float16, .bfloat16])
  func everyNumber(_ format: HalfFormat) {
    let wrong = (0...UInt16.max).filter { bits in
      let magnitude = bits & 0x7fff
      let value = cp_half_value(format.kernelType, bits)
      let back = cp_half_bits(format.kernelType, value)
      if magnitude > format.infinity { return !value.isNaN || back & 0x7fff <= format.infinity }
      let expected = magnitude == format.infinity ? Double.infinity : format.value(magnitude)
      return abs(Double(value)) != expected || (value.sign == .minus) != (bits >> 15 == 1) || back != bits
    }

    #expect(wrong.isEmpty, "\(wrong.prefix(9))")
  }

  @Test(
    "a float halfway between two becomes the even one, and others the nearest",
    arguments: [HalfFormat.float16, .bfloat16])
  func halfway(_ format: HalfFormat) {
    let wrong = (0..<format.infinity).filter { bits in
      let middle = Float((format.value(bits) + format.value(bits + 1)) / 2)
      let even = bits + bits % 2
      return [(middle, even), (middle.nextDown, bits), (middle.nextUp, bits + 1)].contains {
        value, expected in
        cp_half_bits(format.kernelType, value) != expected
          || cp_half_bits(format.kernelType, -value) != expected | 0x8000
      }
    }

    #expect(wrong.isEmpty, "\(wrong.prefix(9))")
  }

  @Test("random floats become the nearest", arguments: [HalfFormat.float16, .bfloat16])
  func random(_ format: HalfFormat) {
    let generator = CounterGenerator(key: 5)
    let values = (0..<20_000 as Range<UInt64>).map {
      Float(bitPattern: UInt32(truncatingIfNeeded: generator.word($0)))
    }

    let wrong = values.filter { !$0.isNaN && cp_half_bits(format.kernelType, $0) != format.bits($0) }

    #expect(wrong.isEmpty, "\(wrong.prefix(9))")
  }

  @Test(
    "what is too large becomes infinite, and a NaN stays one", arguments: [HalfFormat.float16, .bfloat16])
  func special(_ format: HalfFormat) {
    let quiet = format.infinity | 1 << UInt16(format.fractionBits - 1)

    #expect(cp_half_bits(format.kernelType, .infinity) == format.infinity)
    #expect(cp_half_bits(format.kernelType, -.greatestFiniteMagnitude) == format.infinity | 0x8000)
    #expect(cp_half_bits(format.kernelType, .nan) & 0x7fff == quiet)
    for bits in [0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0xffff_ffff, 0x7fbf_ffff] as [UInt32] {
      #expect(cp_half_bits(format.kernelType, Float(bitPattern: bits)) & quiet == quiet)
    }
  }

  @Test(
    "kernels round their floats of all magnitudes, with borders, in all widths",
    arguments: 0..<KernelsTests.instructions.count, [HalfFormat.float16, .bfloat16])
  func kernels(_ index: Int, _ format: HalfFormat) {
    let guarded = GuardedPixels(TestPixels.random(key: 8).bytes, .beforeGuard)
    let instructions = KernelsTests.instructions[index]
    for exponent in -46...38 {
      let factor = Float(
        sign: exponent % 2 == 0 ? .plus : .minus, exponent: exponent * 10 / 3, significand: 1.37)
      let width = exponent % 3 == 0 ? 32 : 1 + (exponent + 46) % 32
      let window = KernelsTests.window(guarded, 3..<17, 32 - width..<32)
      var image = cp_image(
        window: window, mirrored: exponent % 4 < 2, top: 1, bottom: 2, left: exponent % 5 == 0 ? 3 : 0,
        right: 1,
        reference: (12, 130, 255), factor: (factor, -factor, factor / 3), offset: (factor, 0, 1e-3),
        border: (factor / 7, -0.0, .greatestFiniteMagnitude))
      let (height, fullWidth) = (17, Int(image.left) + width + 1)
      var floats = [Float](repeating: 0, count: 3 * height * fullWidth)
      var halves = [UInt16](repeating: 0, count: floats.count + 2)
      for hasPlanes in [false, true] {
        let stride = hasPlanes ? fullWidth : 3 * fullWidth
        // Not at an address that vectors would like.
        halves.withUnsafeMutableBufferPointer { halves in
          let halves = halves.baseAddress! + 1
          if hasPlanes {
            cp_write_float_nchw(instructions, &image, &floats, stride, height * fullWidth)
            cp_write_half_nchw(instructions, format.kernelType, &image, halves, stride, height * fullWidth)
          } else {
            cp_write_float_nhwc(instructions, &image, &floats, stride)
            cp_write_half_nhwc(instructions, format.kernelType, &image, halves, stride)
          }
        }
        // Compared apart: a failed expectation would work out the difference.
        let isRight = Array(halves[1..<halves.count - 1]) == floats.map(format.bits)
        #expect(isRight, "width \(width), factor \(factor)")
      }
    }
  }

  @Test("a NaN that arithmetic made stays one in the kernels", arguments: 0..<KernelsTests.instructions.count)
  func notANumber(_ index: Int) {
    let guarded = GuardedPixels(TestPixels.random(key: 8).bytes, .beforeGuard)
    var image = cp_image(
      window: KernelsTests.window(guarded, 0..<32, 0..<32), mirrored: false, top: 0, bottom: 0, left: 0,
      right: 0,
      reference: (0, 0, 0), factor: (.nan, .nan, .nan), offset: (0, 0, 0), border: (0, 0, 0))
    for format in [HalfFormat.float16, .bfloat16] {
      var halves = [UInt16](repeating: 0, count: 3072)
      cp_write_half_nchw(KernelsTests.instructions[index], format.kernelType, &image, &halves, 32, 1024)
      #expect(halves.allSatisfy { $0 & 0x7fff > format.infinity })
    }
  }
}
