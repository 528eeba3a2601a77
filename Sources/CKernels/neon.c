// The variants for aarch64, whose processors all have NEON. A row narrower than a vector takes the plain loops.
//
// Products and sums are separate functions, which a compiler fuses only if it is told to be inexact.
#include "rows.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#define NEON_INLINE static inline __attribute__((always_inline))

void cp_neon_window_sums(const cp_window *window, cp_sums *sums) {
  // Whole rows are loaded, and columns outside of the window become zeros.
  static const uint8_t selector[96] = {
    [32] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  const uint8_t *begin = selector + 32 - window->column, *end = selector + 64 - window->column - window->width;
  const uint8x16_t mask[2] = {
    vandq_u8(vld1q_u8(begin), vld1q_u8(end)), vandq_u8(vld1q_u8(begin + 16), vld1q_u8(end + 16))};
  for (int channel = 0; channel < CHANNELS; channel++) {
    const uint8_t *row = window->row + channel * PLANE_LENGTH;
    // 16 bits are enough: an element gets two pixels of each of 64 halves of a row.
    uint16x8_t values = vdupq_n_u16(0);
    uint32x4_t squares = vdupq_n_u32(0);
    for (int y = 0; y < window->height; y++, row += ROW_LENGTH) {
      for (int half = 0; half < 2; half++) {
        const uint8x16_t pixels = vandq_u8(vld1q_u8(row + 16 * half), mask[half]);
        values = vpadalq_u8(values, pixels);
        squares = vpadalq_u16(squares, vmull_u8(vget_low_u8(pixels), vget_low_u8(pixels)));
        squares = vpadalq_u16(squares, vmull_high_u8(pixels, pixels));
      }
    }
    sums->values[channel] = vaddlvq_u16(values);
    sums->squares[channel] = vaddvq_u32(squares);
  }
}

void cp_neon_gather(
  const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns, int height, uint8_t *to) {
  const uint8x16_t left = vld1q_u8(columns), right = vld1q_u8(columns + 16);
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < height; y++) {
      const uint8_t *from = pixels + channel * PLANE_LENGTH + rows[y] * ROW_LENGTH;
      uint8_t *out = to + channel * PLANE_LENGTH + y * ROW_LENGTH;
      const uint8x16x2_t row = {{vld1q_u8(from), vld1q_u8(from + 16)}};
      vst1q_u8(out, vqtbl2q_u8(row, left));
      vst1q_u8(out + 16, vqtbl2q_u8(row, right));
    }
  }
}

/// 8 bytes in output order.
NEON_INLINE uint8x8_t load_group(const uint8_t *pixels, bool mirrored) {
  const uint8x8_t bytes = vld1_u8(pixels);
  return mirrored ? vrev64_u8(bytes) : bytes;
}

/// 16 bytes in output order.
NEON_INLINE uint8x16_t load_pair(const uint8_t *pixels, bool mirrored) {
  uint8x16_t bytes = vld1q_u8(pixels);
  if (!mirrored) return bytes;
  bytes = vrev64q_u8(bytes);
  return vextq_u8(bytes, bytes, 8);
}

void cp_neon_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  const int height = image->window.height, width = image->window.width;
  const bool mirrored = image->mirrored;
  if (width < 8) {
    cp_baseline_copy_nhwc(image, out, row_stride);
    return;
  }
  for (int y = 0; y < height; y++, out += row_stride) {
    const uint8_t *red = window_row(&image->window, y, 0);
    if (width < 16) {
      for (int x = 0; x < width; x = next_group(x, width)) {
        const uint8_t *from = red + source_column(x, width, mirrored);
        const uint8x8x3_t pixels = {
          {load_group(from, mirrored), load_group(from + PLANE_LENGTH, mirrored),
           load_group(from + 2 * PLANE_LENGTH, mirrored)}};
        vst3_u8(out + CHANNELS * x, pixels);
      }
      continue;
    }
    // The second group overlaps the first where the row is shorter than both.
    for (int group = 0; group < (width > 16 ? 2 : 1); group++) {
      const int x = group == 0 ? 0 : width - 16;
      const uint8_t *from = red + (mirrored ? width - 16 - x : x);
      const uint8x16x3_t pixels = {
        {load_pair(from, mirrored), load_pair(from + PLANE_LENGTH, mirrored),
         load_pair(from + 2 * PLANE_LENGTH, mirrored)}};
      vst3q_u8(out + CHANNELS * x, pixels);
    }
  }
}

void cp_neon_copy_nchw(const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  const int height = image->window.height, width = image->window.width;
  if (width < 8) {
    cp_baseline_copy_nchw(image, out, row_stride, plane_stride);
    return;
  }
  for (int channel = 0; channel < CHANNELS; channel++, out += plane_stride) {
    const uint8_t *row = window_row(&image->window, 0, channel);
    if (!image->mirrored && width == ROW_LENGTH && row_stride == ROW_LENGTH) {
      memcpy(out, row, (size_t)height * ROW_LENGTH);
      continue;
    }
    uint8_t *to = out;
    for (int y = 0; y < height; y++, row += ROW_LENGTH, to += row_stride) {
      for (int x = 0; x < width; x = next_group(x, width)) {
        vst1_u8(to + x, load_group(row + source_column(x, width, image->mirrored), image->mirrored));
      }
    }
  }
}

/// 8 floats.
typedef struct float_group {
  float32x4_t low, high;
} float_group;

/// What a channel is calculated with.
typedef struct channel_constants {
  float32x4_t reference, factor, offset;
} channel_constants;

NEON_INLINE channel_constants constants_of(const cp_image *image, int channel) {
  return (channel_constants){
    vdupq_n_f32(image->reference[channel]), vdupq_n_f32(image->factor[channel]),
    vdupq_n_f32(image->offset[channel])};
}

/// (pixel - reference) * factor + offset of 4 pixels.
NEON_INLINE float32x4_t affine(uint16x4_t pixels, const channel_constants *with) {
  const float32x4_t distance = vsubq_f32(vcvtq_f32_u32(vmovl_u16(pixels)), with->reference);
  const float32x4_t product = vmulq_f32(distance, with->factor);
  return vaddq_f32(product, with->offset);
}

/// 8 pixels in output order to floats.
NEON_INLINE float_group calculate(const uint8_t *pixels, bool mirrored, const channel_constants *with) {
  const uint16x8_t words = vmovl_u8(load_group(pixels, mirrored));
  return (float_group){affine(vget_low_u16(words), with), affine(vget_high_u16(words), with)};
}

/// What is written of a calculated float.
typedef enum value_type { FLOAT32, FLOAT16, BFLOAT16, BYTE } value_type;

/// The floats as bfloat16 numbers, as cp_half_bits makes them; none of them is a NaN.
NEON_INLINE uint16x4_t round_upper(float32x4_t values) {
  const uint32x4_t bits = vreinterpretq_u32_f32(values);
  const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
  return vshrn_n_u32(vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd), 16);
}

NEON_INLINE uint16x8_t halves(value_type type, float_group values) {
  if (type == BFLOAT16) return vcombine_u16(round_upper(values.low), round_upper(values.high));
  return vreinterpretq_u16_f16(vcombine_f16(vcvt_f16_f32(values.low), vcvt_f16_f32(values.high)));
}

/// 4 values rounded to nearest (half to even) and saturated.
NEON_INLINE uint16x4_t rounded(float32x4_t values) {
  values = vminnmq_f32(vmaxnmq_f32(values, vdupq_n_f32(0)), vdupq_n_f32(255));
  return vmovn_u32(vcvtnq_u32_f32(values));
}

NEON_INLINE uint8x8_t bytes(float_group values) {
  return vmovn_u16(vcombine_u16(rounded(values.low), rounded(values.high)));
}

/// Rows of at least 8 pixels, their channels interleaved, at a place of an array of elements of that type.
NEON_INLINE void rows_nhwc(value_type type, const cp_image *image, void *out, ptrdiff_t row_stride) {
  const int height = image->window.height, width = image->window.width;
  const bool mirrored = image->mirrored;
  const channel_constants with[] = {constants_of(image, 0), constants_of(image, 1), constants_of(image, 2)};
  for (int y = 0; y < height; y++) {
    const uint8_t *row = window_row(&image->window, y, 0);
    for (int x = 0; x < width; x = next_group(x, width)) {
      const uint8_t *from = row + source_column(x, width, mirrored);
      const ptrdiff_t place = y * row_stride + CHANNELS * x;
      const float_group red = calculate(from, mirrored, &with[0]);
      const float_group green = calculate(from + PLANE_LENGTH, mirrored, &with[1]);
      const float_group blue = calculate(from + 2 * PLANE_LENGTH, mirrored, &with[2]);
      if (type == FLOAT32) {
        const float32x4x3_t low = {{red.low, green.low, blue.low}}, high = {{red.high, green.high, blue.high}};
        vst3q_f32((float *)out + place, low);
        vst3q_f32((float *)out + place + 12, high);
      } else if (type == BYTE) {
        const uint8x8x3_t pixels = {{bytes(red), bytes(green), bytes(blue)}};
        vst3_u8((uint8_t *)out + place, pixels);
      } else {
        const uint16x8x3_t pixels = {{halves(type, red), halves(type, green), halves(type, blue)}};
        vst3q_u16((uint16_t *)out + place, pixels);
      }
    }
  }
}

/// The same, plane by plane.
NEON_INLINE void rows_nchw(
  value_type type, const cp_image *image, void *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  const int height = image->window.height, width = image->window.width;
  const bool mirrored = image->mirrored;
  for (int channel = 0; channel < CHANNELS; channel++) {
    const channel_constants with = constants_of(image, channel);
    for (int y = 0; y < height; y++) {
      const uint8_t *row = window_row(&image->window, y, channel);
      for (int x = 0; x < width; x = next_group(x, width)) {
        const ptrdiff_t place = channel * plane_stride + y * row_stride + x;
        const float_group values = calculate(row + source_column(x, width, mirrored), mirrored, &with);
        if (type == FLOAT32) {
          vst1q_f32((float *)out + place, values.low);
          vst1q_f32((float *)out + place + 4, values.high);
        } else if (type == BYTE) {
          vst1_u8((uint8_t *)out + place, bytes(values));
        } else {
          vst1q_u16((uint16_t *)out + place, halves(type, values));
        }
      }
    }
  }
}

void cp_neon_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride) {
  if (image->window.width < 8) cp_baseline_float_nhwc(image, out, row_stride);
  else rows_nhwc(FLOAT32, image, out, row_stride);
}

void cp_neon_float_nchw(const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (image->window.width < 8) cp_baseline_float_nchw(image, out, row_stride, plane_stride);
  else rows_nchw(FLOAT32, image, out, row_stride, plane_stride);
}

void cp_neon_half_nhwc(cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  if (image->window.width < 8) cp_baseline_half_nhwc(type, image, out, row_stride);
  else if (type == CP_HALF_FLOAT16) rows_nhwc(FLOAT16, image, out, row_stride);
  else rows_nhwc(BFLOAT16, image, out, row_stride);
}

void cp_neon_half_nchw(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (image->window.width < 8) cp_baseline_half_nchw(type, image, out, row_stride, plane_stride);
  else if (type == CP_HALF_FLOAT16) rows_nchw(FLOAT16, image, out, row_stride, plane_stride);
  else rows_nchw(BFLOAT16, image, out, row_stride, plane_stride);
}

void cp_neon_round_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  if (image->window.width < 8) cp_baseline_round_nhwc(image, out, row_stride);
  else rows_nhwc(BYTE, image, out, row_stride);
}

void cp_neon_round_nchw(const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (image->window.width < 8) cp_baseline_round_nchw(image, out, row_stride, plane_stride);
  else rows_nchw(BYTE, image, out, row_stride, plane_stride);
}

#endif
