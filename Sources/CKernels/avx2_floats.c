// Floats of all sizes, with AVX2 without FMA, and F16C.
#include "avx2.h"

#if defined(__x86_64__)

/// 2^23, as a float and as its bits: the lowest bit of such a float is worth one, so a byte put there makes
/// it that much more, and no conversion is needed.
static const float MAGIC = 8388608.0f;
enum { MAGIC_BITS = 0x4b000000 };

/// (pixel - reference) * factor + offset of 8 floats MAGIC + pixel; `reference` is MAGIC more as well.
AVX2_INLINE __m256 magic_affine(__m256i pixels, __m256 reference, __m256 factor, __m256 offset) {
  const __m256 distance = _mm256_sub_ps(_mm256_castsi256_ps(pixels), reference);
  return _mm256_add_ps(_mm256_mul_ps(distance, factor), offset);
}

/// What is written of a calculated float.
typedef enum value_type { FLOAT32, FLOAT16, BFLOAT16 } value_type;

/// The floats as bfloat16 numbers in the upper halves, as cp_half_bits makes them; none of them is a NaN.
AVX2_INLINE __m256i round_upper(__m256 values) {
  const __m256i bits = _mm256_castps_si256(values);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  return _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
}

/// 16 values to bfloat16, of which `even` has the first, the third and so on.
AVX2_INLINE void store_pairs(uint16_t *out, __m256 even, __m256 odd) {
  const __m256i lower = _mm256_srli_epi32(round_upper(even), 16);
  _mm256_storeu_si256((void *)out, _mm256_blend_epi16(lower, round_upper(odd), 0xaa));
}

/// 8 values at a place of an array of elements of that type.
AVX2_INLINE void store_group(value_type type, void *out, ptrdiff_t place, __m256 values) {
  if (type == FLOAT32) {
    _mm256_storeu_ps((float *)out + place, values);
    return;
  }
  __m128i halves;
  if (type == FLOAT16) {
    halves = _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  } else {
    const __m256i upper = _mm256_srli_epi32(round_upper(values), 16);
    halves = _mm_packus_epi32(_mm256_castsi256_si128(upper), _mm256_extracti128_si256(upper, 1));
  }
  _mm_storeu_si128((void *)((uint16_t *)out + place), halves);
}

/// Byte positions that turn 8 red, 8 green and 8 blue bytes to 24 floats MAGIC + byte, by pixel.
///
/// `red_green` takes from a register of red, then green bytes, `blue_magic` from one of blue bytes, then the
/// highest byte of MAGIC. The negative bytes leave zeros.
typedef struct float_interleaver {
  _Alignas(32) int32_t red_green[24], blue_magic[24];
} float_interleaver;

// What belongs to value `v` of 24 of the pixels 0...7, and of 7...0.
#define PIXEL(v, mirrored) ((mirrored) ? 7 - (v) / 3 : (v) / 3)
#define RED_GREEN(v, mirrored) \
  ((v) % 3 == 2 ? -1 : (int32_t)(0xffffff00u + (unsigned)((v) % 3 * 8 + PIXEL(v, mirrored))))
#define BLUE_MAGIC(v, mirrored) ((v) % 3 == 2 ? 0x08ffff00 + PIXEL(v, mirrored) : 0x08ffffff)
#define EIGHT(of, first, step, mirrored) \
  of((first), mirrored), of((first) + (step), mirrored), of((first) + 2 * (step), mirrored), \
    of((first) + 3 * (step), mirrored), of((first) + 4 * (step), mirrored), of((first) + 5 * (step), mirrored), \
    of((first) + 6 * (step), mirrored), of((first) + 7 * (step), mirrored)
#define IN_ORDER(of, mirrored) EIGHT(of, 0, 1, mirrored), EIGHT(of, 8, 1, mirrored), EIGHT(of, 16, 1, mirrored)
#define IN_PAIRS(of, mirrored) EIGHT(of, 0, 2, mirrored), EIGHT(of, 1, 2, mirrored), EIGHT(of, 16, 1, mirrored)
static const float_interleaver float_interleavers[2] = {
  {{IN_ORDER(RED_GREEN, false)}, {IN_ORDER(BLUE_MAGIC, false)}},
  {{IN_ORDER(RED_GREEN, true)}, {IN_ORDER(BLUE_MAGIC, true)}}};
/// The same with the even values 0...14 first, then the odd ones 1...15, as store_pairs wants them.
static const float_interleaver paired_interleavers[2] = {
  {{IN_PAIRS(RED_GREEN, false)}, {IN_PAIRS(BLUE_MAGIC, false)}},
  {{IN_PAIRS(RED_GREEN, true)}, {IN_PAIRS(BLUE_MAGIC, true)}}};
#undef PIXEL
#undef RED_GREEN
#undef BLUE_MAGIC
#undef EIGHT
#undef IN_ORDER
#undef IN_PAIRS

/// 8 bytes, four times.
AVX2_INLINE __m256i load_repeated(const uint8_t *pixels) {
  int64_t bytes;
  memcpy(&bytes, pixels, sizeof bytes);
  return _mm256_set1_epi64x(bytes);
}

/// What 8 pixels are calculated with; the references are MAGIC more.
typedef struct float_constants {
  channel_vectors reference, factor, offset;
} float_constants;

/// 8 pixels to 24 values.
AVX2_INLINE void float_group(
  value_type type, const uint8_t *red, const float_interleaver *by, const float_constants *with, void *out,
  ptrdiff_t place) {
  const __m256i magic = _mm256_set1_epi64x(MAGIC_BITS >> 24);
  const __m256i red_green =
    _mm256_blend_epi32(load_repeated(red), load_repeated(red + PLANE_LENGTH), 0xcc);
  const __m256i blue_magic = _mm256_blend_epi32(load_repeated(red + 2 * PLANE_LENGTH), magic, 0xcc);
  __m256i pixels[3];
  for (int i = 0; i < 3; i++) {
    const __m256i from_red_green = _mm256_load_si256((const void *)(by->red_green + 8 * i));
    const __m256i from_blue_magic = _mm256_load_si256((const void *)(by->blue_magic + 8 * i));
    pixels[i] = _mm256_or_si256(
      _mm256_shuffle_epi8(red_green, from_red_green), _mm256_shuffle_epi8(blue_magic, from_blue_magic));
  }
  const __m256 first = magic_affine(pixels[0], with->reference.first, with->factor.first, with->offset.first);
  const __m256 second =
    magic_affine(pixels[1], with->reference.second, with->factor.second, with->offset.second);
  const __m256 third = magic_affine(pixels[2], with->reference.third, with->factor.third, with->offset.third);
  if (type == BFLOAT16) {
    store_pairs((uint16_t *)out + place, first, second);
  } else {
    store_group(type, out, place, first);
    store_group(type, out, place + 8, second);
  }
  store_group(type, out, place + 16, third);
}

/// Rows of at least 8 pixels; `width` and `mirrored` are known in the inlined copies for the usual widths.
AVX2_INLINE void float_rows(
  value_type type, const cp_image *image, int width, bool mirrored, const float_constants *with, void *out,
  ptrdiff_t row_stride) {
  const float_interleaver *by = type == BFLOAT16 ? &paired_interleavers[mirrored] : &float_interleavers[mirrored];
  const uint8_t *row = window_row(&image->window, 0, 0);
  ptrdiff_t place = 0;
  for (int y = 0; y < image->window.height; y++, row += ROW_LENGTH, place += row_stride) {
    for (int x = 0; x + 8 <= width; x += 8) {
      float_group(type, row + (mirrored ? width - 8 - x : x), by, with, out, place + CHANNELS * x);
    }
    if (width % 8 != 0) {
      float_group(type, row + (mirrored ? 0 : width - 8), by, with, out, place + CHANNELS * (width - 8));
    }
  }
}

/// The channels of the values that the interleaver for this type makes of 8 pixels.
AVX2_INLINE channel_vectors order_channels(value_type type, const float *values) {
  const channel_vectors in_order = repeat_channels(values);
  if (type != BFLOAT16) return in_order;
  const float r = values[0], g = values[1], b = values[2];
  return (channel_vectors){
    _mm256_setr_ps(r, b, g, r, b, g, r, b), _mm256_setr_ps(g, r, b, g, r, b, g, r), in_order.third};
}

AVX2_INLINE void float_image(value_type type, const cp_image *image, void *out, ptrdiff_t row_stride) {
  const int width = image->window.width;
  const float *reference = image->reference;
  const float references[] = {reference[0] + MAGIC, reference[1] + MAGIC, reference[2] + MAGIC};
  const float_constants with = {
    order_channels(type, references), order_channels(type, image->factor), order_channels(type, image->offset)};
  switch (width) {
  case 24:
    if (image->mirrored) float_rows(type, image, 24, true, &with, out, row_stride);
    else float_rows(type, image, 24, false, &with, out, row_stride);
    break;
  case ROW_LENGTH:
    if (image->mirrored) float_rows(type, image, ROW_LENGTH, true, &with, out, row_stride);
    else float_rows(type, image, ROW_LENGTH, false, &with, out, row_stride);
    break;
  default: float_rows(type, image, width, image->mirrored, &with, out, row_stride);
  }
}

AVX2 void cp_avx2_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride) {
  if (image->window.width < 8) cp_baseline_float_nhwc(image, out, row_stride);
  else float_image(FLOAT32, image, out, row_stride);
}

AVX2 static void float16_nhwc(const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  float_image(FLOAT16, image, out, row_stride);
}

AVX2 static void bfloat16_nhwc(const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  float_image(BFLOAT16, image, out, row_stride);
}

void cp_avx2_half_nhwc(cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  if (image->window.width < 8) cp_baseline_half_nhwc(type, image, out, row_stride);
  else if (type == CP_HALF_FLOAT16) float16_nhwc(image, out, row_stride);
  else bfloat16_nhwc(image, out, row_stride);
}

/// Rows of at least 8 pixels of one plane; `width` and `mirrored` are known in the inlined copies.
AVX2_INLINE void float_plane(
  value_type type, const cp_image *image, int channel, int width, bool mirrored, void *out, ptrdiff_t place,
  ptrdiff_t row_stride) {
  const int height = image->window.height;
  const __m256 reference = _mm256_set1_ps(image->reference[channel] + MAGIC);
  const __m256 factor = _mm256_set1_ps(image->factor[channel]);
  const __m256 offset = _mm256_set1_ps(image->offset[channel]);
  const __m256i magic = _mm256_set1_epi32(MAGIC_BITS);
  const uint8_t *row = window_row(&image->window, 0, channel);
  for (int y = 0; y < height; y++, row += ROW_LENGTH, place += row_stride) {
    for (int x = 0; x < width; x = next_group(x, width)) {
      const __m128i bytes = load_group(row + source_column(x, width, mirrored), mirrored);
      const __m256i pixels = _mm256_or_si256(_mm256_cvtepu8_epi32(bytes), magic);
      store_group(type, out, place + x, magic_affine(pixels, reference, factor, offset));
    }
  }
}

/// 16 bytes in output order.
AVX2_INLINE __m128i load_pairs(const uint8_t *pixels, bool mirrored) {
  const __m128i bytes = _mm_loadu_si128((const void *)pixels);
  if (!mirrored) return bytes;
  return _mm_shuffle_epi8(bytes, _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/// The same for rows of at least 16 pixels, to bfloat16.
AVX2_INLINE void bfloat16_plane(
  const cp_image *image, int channel, int width, bool mirrored, uint16_t *out, ptrdiff_t row_stride) {
  const int height = image->window.height;
  const __m256 reference = _mm256_set1_ps(image->reference[channel] + MAGIC);
  const __m256 factor = _mm256_set1_ps(image->factor[channel]);
  const __m256 offset = _mm256_set1_ps(image->offset[channel]);
  const __m256i magic = _mm256_set1_epi32(MAGIC_BITS), low_byte = _mm256_set1_epi32(255);
  const uint8_t *row = window_row(&image->window, 0, channel);
  for (int y = 0; y < height; y++, row += ROW_LENGTH, out += row_stride) {
    // The second group overlaps the first where the row is shorter than both.
    for (int group = 0; group < (width > 16 ? 2 : 1); group++) {
      const int x = group == 0 ? 0 : width - 16;
      const __m256i pairs = _mm256_cvtepu16_epi32(load_pairs(row + (mirrored ? width - 16 - x : x), mirrored));
      const __m256i even = _mm256_or_si256(_mm256_and_si256(pairs, low_byte), magic);
      const __m256i odd = _mm256_or_si256(_mm256_srli_epi32(pairs, 8), magic);
      store_pairs(
        out + x, magic_affine(even, reference, factor, offset), magic_affine(odd, reference, factor, offset));
    }
  }
}

AVX2_INLINE void float_planes(
  value_type type, const cp_image *image, void *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    const ptrdiff_t place = channel * plane_stride;
    const int width = image->window.width;
    if (width == ROW_LENGTH ) {
      if (image->mirrored) float_plane(type, image, channel, ROW_LENGTH, true, out, place, row_stride);
      else float_plane(type, image, channel, ROW_LENGTH, false, out, place, row_stride);
    } else if (image->mirrored) float_plane(type, image, channel, width, true, out, place, row_stride);
    else float_plane(type, image, channel, width, false, out, place, row_stride);
  }
}

AVX2 void cp_avx2_float_nchw(
  const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (image->window.width < 8) cp_baseline_float_nchw(image, out, row_stride, plane_stride);
  else float_planes(FLOAT32, image, out, row_stride, plane_stride);
}

AVX2 static void float16_nchw(
  const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  float_planes(FLOAT16, image, out, row_stride, plane_stride);
}

AVX2 static void bfloat16_nchw(
  const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  const int width = image->window.width;
  if (width < 16) {
    float_planes(BFLOAT16, image, out, row_stride, plane_stride);
    return;
  }
  for (int channel = 0; channel < CHANNELS; channel++, out += plane_stride) {
    if (image->mirrored) bfloat16_plane(image, channel, width, true, out, row_stride);
    else bfloat16_plane(image, channel, width, false, out, row_stride);
  }
}

void cp_avx2_half_nchw(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (image->window.width < 8) cp_baseline_half_nchw(type, image, out, row_stride, plane_stride);
  else if (type == CP_HALF_FLOAT16) float16_nchw(image, out, row_stride, plane_stride);
  else bfloat16_nchw(image, out, row_stride, plane_stride);
}

#endif
