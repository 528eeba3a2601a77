// The sums, the gathered images and the bytes, with AVX2.
#include "avx2.h"

#if defined(__x86_64__)

AVX2 void cp_avx2_window_sums(const cp_window *window, cp_sums *sums) {
  // Whole rows are loaded, and columns outside of the window become zeros.
  static const uint8_t selector[96] = {
    [32] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  const int column = window->column, end = column + window->width;
  const __m256i mask = _mm256_and_si256(
    _mm256_loadu_si256((const void *)(selector + 32 - column)),
    _mm256_loadu_si256((const void *)(selector + 64 - end)));
  const __m256i zero = _mm256_setzero_si256();
  for (int channel = 0; channel < CHANNELS; channel++) {
    const uint8_t *row = window->row + channel * PLANE_LENGTH;
    __m256i values = zero, squares = zero;
    for (int y = 0; y < window->height; y++, row += ROW_LENGTH) {
      const __m256i pixels = _mm256_and_si256(_mm256_loadu_si256((const void *)row), mask);
      const __m256i low = _mm256_unpacklo_epi8(pixels, zero), high = _mm256_unpackhi_epi8(pixels, zero);
      values = _mm256_add_epi64(values, _mm256_sad_epu8(pixels, zero));
      squares = _mm256_add_epi32(
        squares, _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high)));
    }
    __m128i value = _mm_add_epi64(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
    __m128i square = _mm_add_epi32(_mm256_castsi256_si128(squares), _mm256_extracti128_si256(squares, 1));
    square = _mm_add_epi32(square, _mm_shuffle_epi32(square, 0x4e));
    square = _mm_add_epi32(square, _mm_shuffle_epi32(square, 0xb1));
    value = _mm_add_epi64(value, _mm_unpackhi_epi64(value, value));
    sums->values[channel] = (uint32_t)_mm_cvtsi128_si32(value);
    sums->squares[channel] = (uint32_t)_mm_cvtsi128_si32(square);
  }
}

AVX2 void cp_avx2_gather(
  const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns, int height, uint8_t *to) {
  const __m256i places = _mm256_loadu_si256((const void *)columns);
  // A shuffle takes from 16 bytes, and leaves a zero where the highest bit of the place is set.
  const __m256i in_low = _mm256_adds_epu8(places, _mm256_set1_epi8(0x70));
  const __m256i in_high = _mm256_sub_epi8(places, _mm256_set1_epi8(16));
  for (int y = 0; y < height; y++, to += ROW_LENGTH) {
    const uint8_t *row = pixels + rows[y] * ROW_LENGTH;
    for (int channel = 0; channel < CHANNELS; channel++) {
      const uint8_t *from = row + channel * PLANE_LENGTH;
      const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)from));
      const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(from + 16)));
      _mm256_storeu_si256(
        (void *)(to + channel * PLANE_LENGTH),
        _mm256_or_si256(_mm256_shuffle_epi8(low, in_low), _mm256_shuffle_epi8(high, in_high)));
    }
  }
}

/// Byte positions that turn 8 red and 8 green bytes in one register, 8 blue ones in another, to 24
/// interleaved bytes: 16 of them by the first two, 8 by the last two.
typedef struct interleaver {
  __m128i red_green_low, blue_low, red_green_high, blue_high;
} interleaver;

AVX2_INLINE interleaver make_interleaver(bool mirrored) {
  if (mirrored) {
    return (interleaver){
      _mm_setr_epi8(7, 15, -1, 6, 14, -1, 5, 13, -1, 4, 12, -1, 3, 11, -1, 2),
      _mm_setr_epi8(-1, -1, 7, -1, -1, 6, -1, -1, 5, -1, -1, 4, -1, -1, 3, -1),
      _mm_setr_epi8(10, -1, 1, 9, -1, 0, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1),
      _mm_setr_epi8(-1, 2, -1, -1, 1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1)};
  }
  return (interleaver){
    _mm_setr_epi8(0, 8, -1, 1, 9, -1, 2, 10, -1, 3, 11, -1, 4, 12, -1, 5),
    _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1),
    _mm_setr_epi8(13, -1, 6, 14, -1, 7, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1),
    _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, -1, -1, -1, -1, -1, -1)};
}

/// The first 16 and the last 8 of 24 interleaved bytes.
typedef struct pixel_group {
  __m128i low, high;
} pixel_group;

AVX2_INLINE pixel_group interleave_group(const uint8_t *red, const interleaver *by) {
  const __m128i red_green = _mm_unpacklo_epi64(
    _mm_loadl_epi64((const void *)red), _mm_loadl_epi64((const void *)(red + PLANE_LENGTH)));
  const __m128i blue = _mm_loadl_epi64((const void *)(red + 2 * PLANE_LENGTH));
  return (pixel_group){
    _mm_or_si128(_mm_shuffle_epi8(red_green, by->red_green_low), _mm_shuffle_epi8(blue, by->blue_low)),
    _mm_or_si128(_mm_shuffle_epi8(red_green, by->red_green_high), _mm_shuffle_epi8(blue, by->blue_high))};
}

/// (pixel - reference) * factor + offset of the 8 low bytes.
AVX2_INLINE __m256 affine(__m128i bytes, __m256 reference, __m256 factor, __m256 offset) {
  const __m256 pixels = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
  return _mm256_add_ps(_mm256_mul_ps(_mm256_sub_ps(pixels, reference), factor), offset);
}

/// Interleaves whole rows of 32 pixels, each to 96 bytes.
///
/// Byte i of channel c belongs to position 3 i + c of 48. Three is invertible modulo 16, so one shuffle for
/// each channel puts every byte at its place in one of three registers, and blends choose the register.
/// The two halves of a register hold the pixels 0...15 and 16...31 of the row.
AVX2_INLINE void interleave_rows(const cp_image *image, bool mirrored, uint8_t *out, ptrdiff_t row_stride) {
#define BOTH_HALVES(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
  const __m256i place_red = mirrored
    ? BOTH_HALVES(15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0, 5, 10)
    : BOTH_HALVES(0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5);
  const __m256i place_green = mirrored
    ? BOTH_HALVES(10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0, 5)
    : BOTH_HALVES(5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10);
  const __m256i place_blue = mirrored
    ? BOTH_HALVES(5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0)
    : BOTH_HALVES(10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15);
  // Positions 1, 4, 7 ... and 2, 5, 8 ... of a half.
  const __m256i ones = BOTH_HALVES(0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0);
  const __m256i twos = BOTH_HALVES(0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0);
#undef BOTH_HALVES
  const uint8_t *row = window_row(&image->window, 0, 0);
  for (int y = 0; y < image->window.height; y++, row += ROW_LENGTH, out += row_stride) {
    __m256i red = _mm256_loadu_si256((const void *)row);
    __m256i green = _mm256_loadu_si256((const void *)(row + PLANE_LENGTH));
    __m256i blue = _mm256_loadu_si256((const void *)(row + 2 * PLANE_LENGTH));
    if (mirrored) {
      red = _mm256_permute4x64_epi64(red, 0x4e);
      green = _mm256_permute4x64_epi64(green, 0x4e);
      blue = _mm256_permute4x64_epi64(blue, 0x4e);
    }
    red = _mm256_shuffle_epi8(red, place_red);
    green = _mm256_shuffle_epi8(green, place_green);
    blue = _mm256_shuffle_epi8(blue, place_blue);
    // Position k of register j is channel (16 j + k) mod 3 = (j + k) mod 3.
    const __m256i first = _mm256_blendv_epi8(_mm256_blendv_epi8(red, green, ones), blue, twos);
    const __m256i second = _mm256_blendv_epi8(_mm256_blendv_epi8(green, blue, ones), red, twos);
    const __m256i third = _mm256_blendv_epi8(_mm256_blendv_epi8(blue, red, ones), green, twos);
    _mm256_storeu_si256((void *)out, _mm256_permute2x128_si256(first, second, 0x20));
    _mm256_storeu_si256((void *)(out + 32), _mm256_permute2x128_si256(third, first, 0x30));
    _mm256_storeu_si256((void *)(out + 64), _mm256_permute2x128_si256(second, third, 0x31));
  }
}

AVX2 void cp_avx2_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  const int height = image->window.height, width = image->window.width;
  const bool mirrored = image->mirrored;
  if (width < 8) {
    cp_baseline_copy_nhwc(image, out, row_stride);
  } else if (width == ROW_LENGTH) {
    if (mirrored) interleave_rows(image, true, out, row_stride);
    else interleave_rows(image, false, out, row_stride);
  } else {
    const interleaver by = make_interleaver(mirrored);
    for (int y = 0; y < height; y++, out += row_stride) {
      const uint8_t *red = window_row(&image->window, y, 0);
      for (int x = 0; x < width; x = next_group(x, width)) {
        const pixel_group group = interleave_group(red + source_column(x, width, mirrored), &by);
        _mm_storeu_si128((void *)(out + CHANNELS * x), group.low);
        _mm_storel_epi64((void *)(out + CHANNELS * x + 16), group.high);
      }
    }
  }
}

AVX2 void cp_avx2_copy_nchw(
  const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
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
        const int source = source_column(x, width, image->mirrored);
        _mm_storel_epi64((void *)(to + x), load_group(row + source, image->mirrored));
      }
    }
  }
}

/// 8 values rounded to nearest (half to even) and saturated, in the low bytes.
AVX2_INLINE __m128i round_group(__m256 values) {
  // Limited as floats first: a value beyond the 32-bit integers would become the most negative one.
  values = _mm256_min_ps(_mm256_max_ps(values, _mm256_setzero_ps()), _mm256_set1_ps(255.0f));
  const __m256i whole = _mm256_cvtps_epi32(values);
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
  return _mm_packus_epi16(words, words);
}

AVX2 void cp_avx2_round_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  const int height = image->window.height, width = image->window.width;
  if (width < 8) {
    cp_baseline_round_nhwc(image, out, row_stride);
    return;
  }
  const bool mirrored = image->mirrored;
  const interleaver by = make_interleaver(mirrored);
  const channel_vectors reference = repeat_channels(image->reference);
  const channel_vectors factor = repeat_channels(image->factor);
  const channel_vectors offset = repeat_channels(image->offset);
  for (int y = 0; y < height; y++, out += row_stride) {
    const uint8_t *red = window_row(&image->window, y, 0);
    for (int x = 0; x < width; x = next_group(x, width)) {
      const pixel_group group = interleave_group(red + source_column(x, width, mirrored), &by);
      const __m128i second = _mm_srli_si128(group.low, 8);
      uint8_t *at = out + CHANNELS * x;
      _mm_storel_epi64(
        (void *)at, round_group(affine(group.low, reference.first, factor.first, offset.first)));
      _mm_storel_epi64(
        (void *)(at + 8), round_group(affine(second, reference.second, factor.second, offset.second)));
      _mm_storel_epi64(
        (void *)(at + 16), round_group(affine(group.high, reference.third, factor.third, offset.third)));
    }
  }
}

AVX2 void cp_avx2_round_nchw(
  const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  const int height = image->window.height, width = image->window.width;
  if (width < 8) {
    cp_baseline_round_nchw(image, out, row_stride, plane_stride);
    return;
  }
  for (int channel = 0; channel < CHANNELS; channel++, out += plane_stride) {
    const __m256 reference = _mm256_set1_ps(image->reference[channel]);
    const __m256 factor = _mm256_set1_ps(image->factor[channel]);
    const __m256 offset = _mm256_set1_ps(image->offset[channel]);
    for (int y = 0; y < height; y++) {
      const uint8_t *row = window_row(&image->window, y, channel);
      for (int x = 0; x < width; x = next_group(x, width)) {
        const __m128i bytes = load_group(row + source_column(x, width, image->mirrored), image->mirrored);
        _mm_storel_epi64(
          (void *)(out + y * row_stride + x), round_group(affine(bytes, reference, factor, offset)));
      }
    }
  }
}

#endif
