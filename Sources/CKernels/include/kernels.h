// Pixel loops over one CIFAR image, with vector instructions chosen at run time.
//
// The source is always a record's 3,072 pixel bytes: a red, a green and a blue plane of 32 rows of 32
// bytes. No function reads outside of these bytes, writes outside of the rectangle it is given, keeps
// state, allocates or waits; any number of threads may call them.
//
// Every function takes the instructions to use as its first argument. The result is the same to the last
// bit for each of them: the arithmetic of an element is (x - reference) * factor + offset in float, each
// step rounded on its own, never fused.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The types of floats of 16 bits.
typedef enum cp_half {
  /// IEEE 754 half precision: 5 bits of exponent, 10 of fraction.
  CP_HALF_FLOAT16 = 0,
  /// The upper half of a single precision number: 8 bits of exponent, 7 of fraction.
  CP_HALF_BFLOAT16 = 1,
} cp_half;

/// The vector instructions that a call uses; those that the architecture lacks are the same as the baseline.
typedef enum cp_instructions {
  /// What the compiler makes of plain loops for every processor of the architecture, such as SSE2 on x86-64.
  CP_INSTRUCTIONS_BASELINE = 0,
  /// AVX2 and F16C, without FMA.
  CP_INSTRUCTIONS_AVX2 = 1,
  /// AVX-512 F, BW, DQ, VL and VNNI where they are faster, else AVX2.
  CP_INSTRUCTIONS_AVX512 = 2,
  /// NEON, on aarch64.
  CP_INSTRUCTIONS_NEON = 3,
} cp_instructions;

/// Whether this processor has the instructions, and the system keeps their registers.
bool cp_has_instructions(cp_instructions instructions);

/// The best instructions that this processor has. Tests force the others by passing them instead.
cp_instructions cp_best_instructions(void);

/// The name of instructions in messages, such as "AVX2".
const char *cp_instructions_name(cp_instructions instructions);

/// A rectangle of a record's pixels, the same in its three planes.
typedef struct cp_window {
  /// Column 0 of the window's first row in the red plane; the other planes lie 1,024 and 2,048 bytes on.
  const uint8_t *row;
  /// The first column, 0...31.
  int32_t column;
  /// The number of rows, 0...32.
  int32_t height;
  /// The number of columns, 0...32 - column.
  int32_t width;
} cp_window;

/// The exact sums over a window, by channel.
typedef struct cp_sums {
  /// The sum of the pixel values; at most 1,024 * 255.
  uint32_t values[3];
  /// The sum of their squares; at most 1,024 * 255 * 255.
  uint32_t squares[3];
} cp_sums;

/// An image to write: a window of pixels with a border of constants around it.
///
/// A window without rows or columns leaves only the border: a filled rectangle.
typedef struct cp_image {
  cp_window window;
  /// Whether the window's columns are written from right to left.
  bool mirrored;
  /// Border rows above and below the window, and border columns beside it.
  int32_t top, bottom, left, right;
  /// By channel: an integer of 0...255, near the pixel that becomes 0.
  float reference[3];
  /// By channel: what a step of one in the pixel adds to the result.
  float factor[3];
  /// By channel: the result for the pixel `reference`.
  float offset[3];
  /// By channel: the value of the border; for byte images a whole number of 0...255.
  float border[3];
} cp_image;

/// Sums a window's values and squares; an empty window gives zeros.
void cp_window_sums(cp_instructions instructions, const cp_window *window, cp_sums *sums);

/// Puts together an image of chosen rows and columns: pixel x of row y of each plane of `to` becomes pixel columns[x]
/// of the record's row rows[y].
///
/// `to` has the form of a record and does not overlap it; of each plane the first `height` rows are written,
/// whole. `rows` holds `height` and `columns` 32 numbers of 0...31.
void cp_gather(
  cp_instructions instructions, const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns,
  int32_t height, uint8_t *to);

/// Writes [row][column][channel] floats; `row_stride` is the distance of two output rows in elements.
void cp_write_float_nhwc(
  cp_instructions instructions, const cp_image *image, float *out, ptrdiff_t row_stride);

/// Writes [channel][row][column] floats; the strides are distances in elements.
void cp_write_float_nchw(
  cp_instructions instructions, const cp_image *image, float *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride);

/// Writes [row][column][channel] halves: the floats of `cp_write_float_nhwc` as `cp_half_bits` makes them.
void cp_write_half_nhwc(
  cp_instructions instructions, cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride);

/// Writes [channel][row][column] halves: the floats of `cp_write_float_nchw` as `cp_half_bits` makes them.
void cp_write_half_nchw(
  cp_instructions instructions, cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride);

/// Writes [row][column][channel] bytes, the pixels as they are; `factor` and its like are not read.
void cp_copy_bytes_nhwc(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride);

/// Writes [channel][row][column] bytes, the pixels as they are; `factor` and its like are not read.
void cp_copy_bytes_nchw(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride);

/// Writes [row][column][channel] bytes, rounded to nearest (half to even) and saturated to 0...255.
void cp_round_bytes_nhwc(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride);

/// Writes [channel][row][column] bytes, rounded to nearest (half to even) and saturated to 0...255.
void cp_round_bytes_nchw(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride);

/// Asks the processor to fetch the bytes `first` up to but not including `end`; purely a hint.
static inline void cp_prefetch(const uint8_t *first, const uint8_t *end) {
  for (uintptr_t line = (uintptr_t)first & ~(uintptr_t)63; line < (uintptr_t)end; line += 64) {
    __builtin_prefetch((const void *)line);
  }
}

/// The bits of a float.
static inline uint32_t cp_float_bits(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The float of these bits.
static inline float cp_float_of_bits(uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/// The half nearest to a float, the even one of two; infinity from half a step beyond the largest one on. A NaN
/// stays one, quiet.
static inline uint16_t cp_half_bits(cp_half type, float value) {
  const uint32_t bits = cp_float_bits(value), magnitude = bits & 0x7fffffff;
  if (type == CP_HALF_BFLOAT16) {
    // Half a step of what stays, less one bit where what stays is even. A carry counts the exponent up.
    const uint32_t rounded = bits + 0x7fff + ((bits >> 16) & 1);
    return (uint16_t)((magnitude > 0x7f800000 ? bits | 0x400000 : rounded) >> 16);
  }
  const uint32_t sign = (bits >> 16) & 0x8000;
  // The exponent loses 112, the fraction 13 bits, rounded likewise.
  const uint32_t normal = (magnitude - (112u << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
  // The lowest bit of a float from 0.5 on is worth as much as that of a half below 2^-14.
  const uint32_t subnormal = cp_float_bits(cp_float_of_bits(magnitude) + 0.5f) - cp_float_bits(0.5f);
  const uint32_t special = magnitude > 0x7f800000 ? 0x7e00 | ((magnitude >> 13) & 0x3ff) : 0x7c00;
  const uint32_t finite = magnitude < (113u << 23) ? subnormal : normal;
  return (uint16_t)(sign | (magnitude < (143u << 23) ? finite : special));
}

/// The float that has the value of a half, exactly.
static inline float cp_half_value(cp_half type, uint16_t bits) {
  if (type == CP_HALF_BFLOAT16) return cp_float_of_bits((uint32_t)bits << 16);
  const uint32_t sign = (uint32_t)(bits & 0x8000) << 16, magnitude = bits & 0x7fff;
  if (magnitude >= 0x7c00) return cp_float_of_bits(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  // The exponent is 112 too small; a multiplication also makes subnormal halves normal floats.
  const float value = cp_float_of_bits(magnitude << 13) * 0x1p112f;
  return cp_float_of_bits(sign | cp_float_bits(value));
}
