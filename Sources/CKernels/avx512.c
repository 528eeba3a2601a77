// What is faster with AVX-512; everything else is as with AVX2.
#include "avx2.h"

#if defined(__x86_64__)

#define AVX512_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,f16c"
#define AVX512 __attribute__((target(AVX512_TARGET), aligned(64)))
#define AVX512_INLINE static inline __attribute__((always_inline, target(AVX512_TARGET)))

/// 2^23, as a float and as its bits; see avx2_floats.c.
static const float MAGIC = 8388608.0f;
enum { MAGIC_BITS = 0x4b000000 };

AVX512 void cp_avx512_window_sums(const cp_window *window, cp_sums *sums) {
  // Two rows lie in 64 bytes one after the other; what is outside of the window is not loaded.
  const uint64_t row_mask = ((UINT64_C(1) << window->width) - 1) << window->column;
  const uint64_t mask = row_mask | row_mask << 32;
  const __m512i zero = _mm512_setzero_si512();
  for (int channel = 0; channel < CHANNELS; channel++) {
    const uint8_t *row = window->row + channel * PLANE_LENGTH;
    __m512i values = zero, low_squares = zero, high_squares = zero;
    for (int rest = window->height; rest > 0; rest -= 2, row += 2 * ROW_LENGTH) {
      const __m512i pixels = _mm512_maskz_loadu_epi8(rest == 1 ? row_mask : mask, row);
      const __m512i low = _mm512_unpacklo_epi8(pixels, zero), high = _mm512_unpackhi_epi8(pixels, zero);
      values = _mm512_add_epi64(values, _mm512_sad_epu8(pixels, zero));
      low_squares = _mm512_dpwssd_epi32(low_squares, low, low);
      high_squares = _mm512_dpwssd_epi32(high_squares, high, high);
    }
    sums->values[channel] = (uint32_t)_mm512_reduce_add_epi64(values);
    sums->squares[channel] = (uint32_t)_mm512_reduce_add_epi32(_mm512_add_epi32(low_squares, high_squares));
  }
}

/// Three vectors of one value for each channel, repeated.
typedef struct wide_channels {
  __m512 values[3];
} wide_channels;

AVX512_INLINE wide_channels repeat_wide(const float *values, float more) {
  const float r = values[0] + more, g = values[1] + more, b = values[2] + more;
  return (wide_channels){{
    _mm512_setr_ps(r, g, b, r, g, b, r, g, b, r, g, b, r, g, b, r),
    _mm512_setr_ps(g, b, r, g, b, r, g, b, r, g, b, r, g, b, r, g),
    _mm512_setr_ps(b, r, g, b, r, g, b, r, g, b, r, g, b, r, g, b)}};
}

/// Byte positions that turn two groups of 8 pixels to 48 floats MAGIC + byte, by pixel.
///
/// A lane of 16 bytes has 8 red, then 8 green bytes of one group, or 8 blue bytes, then the highest byte of MAGIC.
/// The negative bytes leave zeros.
typedef struct wide_interleaver {
  _Alignas(64) int32_t red_green[48], blue_magic[48];
} wide_interleaver;

// What belongs to value `v` of 48 of the pixels 0...15, and of 7...0 and 15...8.
#define PIXEL(v, mirrored) (((mirrored) ? 7 - (v) / 3 % 8 : (v) / 3 % 8))
#define RED_GREEN(v, mirrored) \
  ((v) % 3 == 2 ? -1 : (int32_t)(0xffffff00u + (unsigned)((v) % 3 * 8 + PIXEL(v, mirrored))))
#define BLUE_MAGIC(v, mirrored) ((v) % 3 == 2 ? 0x08ffff00 + PIXEL(v, mirrored) : 0x08ffffff)
#define FOUR(of, v, mirrored) of((v), mirrored), of((v) + 1, mirrored), of((v) + 2, mirrored), of((v) + 3, mirrored)
#define SIXTEEN(of, v, mirrored) \
  FOUR(of, v, mirrored), FOUR(of, (v) + 4, mirrored), FOUR(of, (v) + 8, mirrored), FOUR(of, (v) + 12, mirrored)
#define ALL(of, mirrored) SIXTEEN(of, 0, mirrored), SIXTEEN(of, 16, mirrored), SIXTEEN(of, 32, mirrored)
static const wide_interleaver wide_interleavers[2] = {
  {{ALL(RED_GREEN, false)}, {ALL(BLUE_MAGIC, false)}}, {{ALL(RED_GREEN, true)}, {ALL(BLUE_MAGIC, true)}}};
#undef PIXEL
#undef RED_GREEN
#undef BLUE_MAGIC
#undef FOUR
#undef SIXTEEN
#undef ALL

/// 8 bytes, eight times.
AVX512_INLINE __m512i load_wide(const uint8_t *pixels) {
  int64_t bytes;
  memcpy(&bytes, pixels, sizeof bytes);
  return _mm512_set1_epi64(bytes);
}

/// Two groups of 8 pixels to 48 floats; `first` and `second` are their red bytes.
AVX512_INLINE void write_groups(
  const uint8_t *first, const uint8_t *second, const wide_interleaver *by, const wide_channels *reference,
  const wide_channels *factor, const wide_channels *offset, float *out) {
  const __m512i magic = _mm512_set1_epi64(MAGIC_BITS >> 24);
  const __m512i red_green_1 = _mm512_mask_blend_epi64(0xaa, load_wide(first), load_wide(first + PLANE_LENGTH));
  const __m512i red_green_2 = _mm512_mask_blend_epi64(0xaa, load_wide(second), load_wide(second + PLANE_LENGTH));
  const __m512i blue_1 = _mm512_mask_blend_epi64(0xaa, load_wide(first + 2 * PLANE_LENGTH), magic);
  const __m512i blue_2 = _mm512_mask_blend_epi64(0xaa, load_wide(second + 2 * PLANE_LENGTH), magic);
  // Values 0...15 are of the first group, 16...23 too, 24...47 of the second.
  const __m512i red_green[] = {red_green_1, _mm512_mask_blend_epi64(0xf0, red_green_1, red_green_2), red_green_2};
  const __m512i blue[] = {blue_1, _mm512_mask_blend_epi64(0xf0, blue_1, blue_2), blue_2};
  for (int i = 0; i < 3; i++) {
    const __m512i from_red_green = _mm512_load_si512(by->red_green + 16 * i);
    const __m512i from_blue_magic = _mm512_load_si512(by->blue_magic + 16 * i);
    const __m512i pixels = _mm512_or_si512(
      _mm512_shuffle_epi8(red_green[i], from_red_green), _mm512_shuffle_epi8(blue[i], from_blue_magic));
    const __m512 distance = _mm512_sub_ps(_mm512_castsi512_ps(pixels), reference->values[i]);
    const __m512 product = _mm512_mul_ps(distance, factor->values[i]);
    _mm512_storeu_ps(out + 16 * i, _mm512_add_ps(product, offset->values[i]));
  }
}

/// All of an image whose rows lie one after the other without a gap, a whole number of groups each.
AVX512_INLINE void write_packed(
  const cp_image *image, int width, bool mirrored, const wide_channels *reference, const wide_channels *factor,
  const wide_channels *offset, float *out) {
  const wide_interleaver *by = &wide_interleavers[mirrored];
  const uint8_t *row = window_row(&image->window, 0, 0);
  // Two rows at a time, so that their groups are an even number.
  for (int y = 0; y < image->window.height; y += 2, row += 2 * ROW_LENGTH, out += 2 * CHANNELS * width) {
    for (int x = 0; x < 2 * width; x += 16) {
      const int next = x + 8;
      const int first = x < width ? source_column(x, width, mirrored)
                                  : ROW_LENGTH + source_column(x - width, width, mirrored);
      const int second = next < width ? source_column(next, width, mirrored)
                                      : ROW_LENGTH + source_column(next - width, width, mirrored);
      write_groups(row + first, row + second, by, reference, factor, offset, out + CHANNELS * x);
    }
  }
}

AVX512 void cp_avx512_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride) {
  const int width = image->window.width;
  const bool packed = row_stride == CHANNELS * width && image->window.height % 2 == 0;
  if (!packed || (width != 24 && width != ROW_LENGTH)) {
    cp_avx2_float_nhwc(image, out, row_stride);
    return;
  }
  const wide_channels reference = repeat_wide(image->reference, MAGIC);
  const wide_channels factor = repeat_wide(image->factor, 0), offset = repeat_wide(image->offset, 0);
  if (width == 24) {
    if (image->mirrored) write_packed(image, 24, true, &reference, &factor, &offset, out);
    else write_packed(image, 24, false, &reference, &factor, &offset, out);
  } else {
    if (image->mirrored) write_packed(image, ROW_LENGTH, true, &reference, &factor, &offset, out);
    else write_packed(image, ROW_LENGTH, false, &reference, &factor, &offset, out);
  }
}

/// What is written of a calculated float.
typedef enum value_type { FLOAT32, FLOAT16, BFLOAT16 } value_type;

/// Those of 16 values that the mask has, to a place of an array of elements of that type.
AVX512_INLINE void store_values(value_type type, void *out, ptrdiff_t place, __mmask16 mask, __m512 values) {
  if (type == FLOAT32) {
    _mm512_mask_storeu_ps((float *)out + place, mask, values);
    return;
  }
  __m256i halves;
  if (type == FLOAT16) {
    halves = _mm512_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  } else {
    // As cp_half_bits rounds; none of them is a NaN.
    const __m512i bits = _mm512_castps_si512(values);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    halves = _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
  }
  _mm256_mask_storeu_epi16((uint16_t *)out + place, mask, halves);
}

/// 16 columns of an output row, some of them in the window.
typedef struct column_block {
  /// From the first byte of the window's row to the 16 that are loaded.
  ptrdiff_t source;
  /// Those of the 16 bytes that are pixels of the window.
  __mmask16 loaded;
  /// The same in output order, and those columns that the output has.
  __mmask16 inside, written;
} column_block;

/// The lowest `count` bits, all of them from 16 on and none below 1.
AVX512_INLINE __mmask16 lowest_bits(int count) {
  return count <= 0 ? 0 : count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1);
}

/// The bits `first` up to but not including `end`, as far as there are such bits.
AVX512_INLINE __mmask16 bits_between(int first, int end) {
  return (__mmask16)(lowest_bits(end) & ~lowest_bits(first));
}

AVX512_INLINE column_block block_at(const cp_image *image, int x) {
  const int width = image->window.width, left = image->left;
  const int source = image->mirrored ? left + width - 16 - x : x - left;
  return (column_block){
    .source = source,
    .loaded = bits_between(-source, width - source),
    .inside = bits_between(left - x, left + width - x),
    .written = lowest_bits(left + width + image->right - x)};
}

/// The rows of one plane with their borders, `blocks` times 16 columns; `type`, `blocks` and `mirrored` are known in
/// the inlined copies. Each element is written once, and where rows are whole cache lines, so are the writes.
AVX512_INLINE void bordered_plane(
  value_type type, const cp_image *image, int channel, int blocks, bool mirrored, const column_block *block,
  void *out, ptrdiff_t place, ptrdiff_t row_stride) {
  const __m512 reference = _mm512_set1_ps(image->reference[channel] + MAGIC);
  const __m512 factor = _mm512_set1_ps(image->factor[channel]);
  const __m512 offset = _mm512_set1_ps(image->offset[channel]);
  const __m512 border = _mm512_set1_ps(image->border[channel]);
  const __m512i magic = _mm512_set1_epi32(MAGIC_BITS);
  const __m128i turned = _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (int y = 0; y < image->top; y++, place += row_stride) {
    for (int b = 0; b < blocks; b++) store_values(type, out, place + 16 * b, block[b].written, border);
  }
  const uint8_t *row = window_row(&image->window, 0, channel);
  for (int y = 0; y < image->window.height; y++, row += ROW_LENGTH, place += row_stride) {
    for (int b = 0; b < blocks; b++) {
      __m128i bytes = _mm_maskz_loadu_epi8(block[b].loaded, row + block[b].source);
      if (mirrored) bytes = _mm_shuffle_epi8(bytes, turned);
      const __m512i pixels = _mm512_or_si512(_mm512_cvtepu8_epi32(bytes), magic);
      const __m512 distance = _mm512_sub_ps(_mm512_castsi512_ps(pixels), reference);
      const __m512 product = _mm512_mul_ps(distance, factor);
      const __m512 values = _mm512_mask_add_ps(border, block[b].inside, product, offset);
      store_values(type, out, place + 16 * b, block[b].written, values);
    }
  }
  for (int y = 0; y < image->bottom; y++, place += row_stride) {
    for (int b = 0; b < blocks; b++) store_values(type, out, place + 16 * b, block[b].written, border);
  }
}

AVX512_INLINE void bordered_planes(
  value_type type, const cp_image *image, void *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  column_block block[CP_AVX512_WIDEST / 16];
  const int blocks = (image->left + image->window.width + image->right + 15) / 16;
  for (int b = 0; b < blocks; b++) block[b] = block_at(image, 16 * b);
  for (int channel = 0; channel < CHANNELS; channel++) {
    const ptrdiff_t place = channel * plane_stride;
    if (blocks == 2 && image->mirrored) {
      bordered_plane(type, image, channel, 2, true, block, out, place, row_stride);
    } else if (blocks == 2) {
      bordered_plane(type, image, channel, 2, false, block, out, place, row_stride);
    } else {
      bordered_plane(type, image, channel, blocks, image->mirrored, block, out, place, row_stride);
    }
  }
}

AVX512 void cp_avx512_bordered_float_nchw(
  const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  bordered_planes(FLOAT32, image, out, row_stride, plane_stride);
}

AVX512 static void bordered_float16_nchw(
  const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  bordered_planes(FLOAT16, image, out, row_stride, plane_stride);
}

AVX512 static void bordered_bfloat16_nchw(
  const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  bordered_planes(BFLOAT16, image, out, row_stride, plane_stride);
}

void cp_avx512_bordered_half_nchw(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (type == CP_HALF_FLOAT16) bordered_float16_nchw(image, out, row_stride, plane_stride);
  else bordered_bfloat16_nchw(image, out, row_stride, plane_stride);
}

/// Interleaves two rows of 32 pixels at a time, each pair to 192 bytes without a gap; see avx2.c.
AVX512_INLINE void interleave_packed(const cp_image *image, bool mirrored, uint8_t *out) {
#define ALL_LANES(...) _mm512_broadcast_i32x4(_mm_setr_epi8(__VA_ARGS__))
  const __m512i place_red = mirrored
    ? ALL_LANES(15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0, 5, 10)
    : ALL_LANES(0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5);
  const __m512i place_green = mirrored
    ? ALL_LANES(10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0, 5)
    : ALL_LANES(5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10);
  const __m512i place_blue = mirrored
    ? ALL_LANES(5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11, 0)
    : ALL_LANES(10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15);
#undef ALL_LANES
  // Positions 1, 4, 7 ... and 2, 5, 8 ... of each lane.
  const __mmask64 ones = 0x2492249224922492, twos = 0x4924492449244924;
  const uint8_t *row = window_row(&image->window, 0, 0);
  for (int y = 0; y < image->window.height; y += 2, row += 2 * ROW_LENGTH, out += 6 * ROW_LENGTH) {
    __m512i red = _mm512_loadu_si512(row);
    __m512i green = _mm512_loadu_si512(row + PLANE_LENGTH);
    __m512i blue = _mm512_loadu_si512(row + 2 * PLANE_LENGTH);
    if (mirrored) {
      red = _mm512_shuffle_i64x2(red, red, 0xb1);
      green = _mm512_shuffle_i64x2(green, green, 0xb1);
      blue = _mm512_shuffle_i64x2(blue, blue, 0xb1);
    }
    red = _mm512_shuffle_epi8(red, place_red);
    green = _mm512_shuffle_epi8(green, place_green);
    blue = _mm512_shuffle_epi8(blue, place_blue);
    // A lane of `first` is bytes 0...15 of 48, one of `second` and `third` what follows.
    const __m512i first = _mm512_mask_blend_epi8(twos, _mm512_mask_blend_epi8(ones, red, green), blue);
    const __m512i second = _mm512_mask_blend_epi8(twos, _mm512_mask_blend_epi8(ones, green, blue), red);
    const __m512i third = _mm512_mask_blend_epi8(twos, _mm512_mask_blend_epi8(ones, blue, red), green);
    // Lanes of the output: f0 s0 t0 f1, s1 t1 f2 s2, t2 f3 s3 t3.
    const __m512i lanes_1 = _mm512_permutex2var_epi64(first, _mm512_setr_epi64(0, 1, 8, 9, 0, 1, 2, 3), second);
    const __m512i lanes_2 = _mm512_permutex2var_epi64(second, _mm512_setr_epi64(2, 3, 10, 11, 2, 3, 4, 5), third);
    const __m512i lanes_3 = _mm512_permutex2var_epi64(third, _mm512_setr_epi64(4, 5, 14, 15, 4, 5, 6, 7), first);
    _mm512_storeu_si512(out, _mm512_mask_shuffle_i64x2(lanes_1, 0x30, third, third, 0x00));
    _mm512_storeu_si512(out + 64, _mm512_mask_shuffle_i64x2(lanes_2, 0x30, first, first, 0xaa));
    _mm512_storeu_si512(out + 128, _mm512_mask_shuffle_i64x2(lanes_3, 0x30, second, second, 0xff));
  }
}

AVX512 void cp_avx512_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  if (image->window.width != ROW_LENGTH || image->window.height % 2 != 0 || row_stride != 3 * ROW_LENGTH) {
    cp_avx2_copy_nhwc(image, out, row_stride);
    return;
  }
  if (image->mirrored) interleave_packed(image, true, out);
  else interleave_packed(image, false, out);
}

#endif
