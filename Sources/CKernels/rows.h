// Plain C loops over rows, shared by all variants: the compiler turns them into the vector instructions
// of the function they are inlined into.
#pragma once

#include <string.h>

#include "kernels.h"

// A fused multiply-add would round once where the others round twice.
#pragma STDC FP_CONTRACT OFF

#define ROW_INLINE static inline __attribute__((always_inline))

enum { ROW_LENGTH = 32, PLANE_LENGTH = 1024, CHANNELS = 3 };

/// The window's first pixel in row `y` of plane `channel`.
ROW_INLINE const uint8_t *window_row(const cp_window *window, int y, int channel) {
  return window->row + channel * PLANE_LENGTH + y * ROW_LENGTH + window->column;
}

/// Source columns of 8 pixels from `x` on in output order.
ROW_INLINE int source_column(int x, int width, bool mirrored) { return mirrored ? width - 8 - x : x; }

/// The next group of 8 pixels after the one at `x`: the last group overlaps the one before it instead of
/// leaving a tail, so that every row of at least 8 pixels is whole vectors.
ROW_INLINE int next_group(int x, int width) { return x + 16 <= width || x + 8 == width ? x + 8 : width - 8; }

/// One row of one channel to floats, `step` elements apart.
ROW_INLINE void float_row(
  const uint8_t *pixels, int width, bool mirrored, float reference, float factor, float offset, float *out,
  int step) {
  if (mirrored) {
    for (int x = 0; x < width; x++) {
      out[x * step] = ((float)pixels[width - 1 - x] - reference) * factor + offset;
    }
  } else {
    for (int x = 0; x < width; x++) out[x * step] = ((float)pixels[x] - reference) * factor + offset;
  }
}

/// One row of one channel to halves, `step` elements apart.
ROW_INLINE void half_row(
  cp_half type, const uint8_t *pixels, int width, bool mirrored, float reference, float factor, float offset,
  uint16_t *out, int step) {
  for (int x = 0; x < width; x++) {
    const uint8_t pixel = pixels[mirrored ? width - 1 - x : x];
    out[x * step] = cp_half_bits(type, ((float)pixel - reference) * factor + offset);
  }
}

/// One row of one channel to bytes as they are, `step` elements apart.
ROW_INLINE void copy_row(const uint8_t *pixels, int width, bool mirrored, uint8_t *out, int step) {
  if (mirrored) {
    for (int x = 0; x < width; x++) out[x * step] = pixels[width - 1 - x];
  } else {
    for (int x = 0; x < width; x++) out[x * step] = pixels[x];
  }
}

/// One row of one channel to rounded bytes.
ROW_INLINE void round_row(
  const uint8_t *pixels, int width, bool mirrored, float reference, float factor, float offset, uint8_t *out,
  int step) {
  // Adding and taking away 1.5 * 2^23 rounds to a whole number, half to even, in the default rounding mode.
  const float rounder = 12582912.0f;
  for (int x = 0; x < width; x++) {
    const uint8_t pixel = pixels[mirrored ? width - 1 - x : x];
    float value = ((float)pixel - reference) * factor + offset;
    value = value > 0.0f ? value : 0.0f;
    value = value < 255.0f ? value : 255.0f;
    out[x * step] = (uint8_t)(int32_t)((value + rounder) - rounder);
  }
}

/// The variants of all functions for some instructions, defined where the architecture has them.
#define DECLARE_VARIANTS(instructions) \
  void cp_##instructions##_window_sums(const cp_window *window, cp_sums *sums); \
  void cp_##instructions##_gather( \
    const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns, int height, uint8_t *to); \
  void cp_##instructions##_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride); \
  void cp_##instructions##_float_nchw( \
    const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride); \
  void cp_##instructions##_half_nhwc(cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride); \
  void cp_##instructions##_half_nchw( \
    cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride); \
  void cp_##instructions##_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride); \
  void cp_##instructions##_copy_nchw( \
    const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride); \
  void cp_##instructions##_round_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride); \
  void cp_##instructions##_round_nchw( \
    const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride);

DECLARE_VARIANTS(baseline)
DECLARE_VARIANTS(avx2)
DECLARE_VARIANTS(neon)
#undef DECLARE_VARIANTS

/// The variants for AVX-512 of the functions that it makes faster; the others are those for AVX2.
void cp_avx512_window_sums(const cp_window *window, cp_sums *sums);
void cp_avx512_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride);
void cp_avx512_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride);
#define cp_avx512_gather cp_avx2_gather
#define cp_avx512_half_nhwc cp_avx2_half_nhwc
#define cp_avx512_copy_nchw cp_avx2_copy_nchw
#define cp_avx512_round_nhwc cp_avx2_round_nhwc
#define cp_avx512_round_nchw cp_avx2_round_nchw

/// With AVX-512 planes are written with their borders, at most so many columns.
enum { CP_AVX512_WIDEST = 64 };
void cp_avx512_bordered_float_nchw(
  const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride);
void cp_avx512_bordered_half_nchw(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride);
#define cp_avx512_float_nchw cp_avx2_float_nchw
#define cp_avx512_half_nchw cp_avx2_half_nchw
