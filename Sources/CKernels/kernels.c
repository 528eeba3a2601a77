// The public functions: the border first, then the window by the chosen variant.
#include "kernels.h"

#include "rows.h"

#if defined(__x86_64__)
#include <cpuid.h>
#define VARIANT(name) \
  (instructions == CP_INSTRUCTIONS_AVX512 ? cp_avx512_##name \
   : instructions == CP_INSTRUCTIONS_AVX2 ? cp_avx2_##name \
                                          : cp_baseline_##name)
#elif defined(__aarch64__)
#define VARIANT(name) (instructions == CP_INSTRUCTIONS_NEON ? cp_neon_##name : cp_baseline_##name)
#else
#define VARIANT(name) ((void)instructions, cp_baseline_##name)
#endif

#if defined(__x86_64__)
/// Writes planes at once with their borders, and returns, where there are instructions for it.
#define WRITE_WITH_BORDERS(name, ...) \
  if (instructions == CP_INSTRUCTIONS_AVX512 && \
      image->left + image->window.width + image->right <= CP_AVX512_WIDEST) { \
    cp_avx512_bordered_##name(__VA_ARGS__); \
    return; \
  }
#else
#define WRITE_WITH_BORDERS(name, ...)
#endif

bool cp_has_instructions(cp_instructions instructions) {
  if (instructions == CP_INSTRUCTIONS_BASELINE) return true;
#if defined(__x86_64__)
  // Asked of the processor itself: not every compiler's library knows F16C. AVX2 says that the system keeps its registers.
  unsigned int eax, ebx, ecx = 0, edx;
  __get_cpuid(1, &eax, &ebx, &ecx, &edx);
  const bool avx2 = __builtin_cpu_supports("avx2") && (ecx & bit_F16C) != 0;
  if (instructions == CP_INSTRUCTIONS_AVX2) return avx2;
  if (instructions == CP_INSTRUCTIONS_AVX512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  }
#elif defined(__aarch64__)
  if (instructions == CP_INSTRUCTIONS_NEON) return true;
#endif
  return false;
}

cp_instructions cp_best_instructions(void) {
  static const cp_instructions best_first[] = {CP_INSTRUCTIONS_AVX512, CP_INSTRUCTIONS_AVX2, CP_INSTRUCTIONS_NEON};
  for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++) {
    if (cp_has_instructions(best_first[i])) return best_first[i];
  }
  return CP_INSTRUCTIONS_BASELINE;
}

const char *cp_instructions_name(cp_instructions instructions) {
  switch (instructions) {
  case CP_INSTRUCTIONS_AVX512: return "AVX-512";
  case CP_INSTRUCTIONS_AVX2: return "AVX2";
  case CP_INSTRUCTIONS_NEON: return "NEON";
  case CP_INSTRUCTIONS_BASELINE: break;
  }
#if defined(__x86_64__)
  return "SSE2";
#else
  return "none";
#endif
}

/// Writes the pixels `first` up to but not including `end` of a row, all alike.
typedef void (*fill_pixels)(void *row, int first, int end, const float *border);

ROW_INLINE void fill_float_nhwc(void *row, int first, int end, const float *border) {
  float *out = row;
  for (int x = first; x < end; x++) {
    for (int channel = 0; channel < CHANNELS; channel++) out[x * CHANNELS + channel] = border[channel];
  }
}

ROW_INLINE void fill_float_plane(void *row, int first, int end, const float *border) {
  float *out = row;
  for (int x = first; x < end; x++) out[x] = border[0];
}

ROW_INLINE void fill_half_nhwc(void *row, int first, int end, const float *border) {
  uint16_t *out = row;
  for (int x = first; x < end; x++) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      out[x * CHANNELS + channel] = (uint16_t)border[channel];
    }
  }
}

ROW_INLINE void fill_half_plane(void *row, int first, int end, const float *border) {
  uint16_t *out = row;
  for (int x = first; x < end; x++) out[x] = (uint16_t)border[0];
}

ROW_INLINE void fill_bytes_nhwc(void *row, int first, int end, const float *border) {
  uint8_t *out = row;
  for (int x = first; x < end; x++) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      out[x * CHANNELS + channel] = (uint8_t)border[channel];
    }
  }
}

ROW_INLINE void fill_bytes_plane(void *row, int first, int end, const float *border) {
  if (end > first) memset((uint8_t *)row + first, (uint8_t)border[0], (size_t)(end - first));
}

/// Fills the pixels `first` up to but not including `end` of `height` rows of `width` pixels.
///
/// May spill over neighbouring pixels of the same row.
ROW_INLINE void fill_strip(
  uint8_t *row, int height, ptrdiff_t row_bytes, int first, int end, int width, const float *border,
  fill_pixels fill) {
  if (first == end) return;
  // A strip of a fixed length needs no inner loop; most borders are narrower than 8.
  if (end - first <= 8 && width >= 8) {
    const int start = first + 8 <= width ? first : width - 8;
    for (int y = 0; y < height; y++, row += row_bytes) fill(row, start, start + 8, border);
  } else {
    for (int y = 0; y < height; y++, row += row_bytes) fill(row, first, end, border);
  }
}

/// Fills the four sides of an image, or of one plane of it; `row_bytes` is the distance of two rows.
///
/// A strip beside the window may spill over the window's columns, so the window must be written later.
ROW_INLINE void fill_border(
  const cp_image *image, void *out, ptrdiff_t row_bytes, const float *border, fill_pixels fill) {
  if ((image->top | image->bottom | image->left | image->right) == 0) return;
  const int width = image->left + image->window.width + image->right;
  uint8_t *row = out;
  for (int y = 0; y < image->top; y++, row += row_bytes) fill(row, 0, width, border);
  fill_strip(row, image->window.height, row_bytes, 0, image->left, width, border, fill);
  fill_strip(row, image->window.height, row_bytes, width - image->right, width, width, border, fill);
  row += image->window.height * row_bytes;
  for (int y = 0; y < image->bottom; y++, row += row_bytes) fill(row, 0, width, border);
}

void cp_window_sums(cp_instructions instructions, const cp_window *window, cp_sums *sums) {
  VARIANT(window_sums)(window, sums);
}

void cp_gather(
  cp_instructions instructions, const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns,
  int32_t height, uint8_t *to) {
  VARIANT(gather)(pixels, rows, columns, height, to);
}

void cp_write_float_nhwc(
  cp_instructions instructions, const cp_image *image, float *out, ptrdiff_t row_stride) {
  fill_border(image, out, row_stride * (ptrdiff_t)sizeof(float), image->border, fill_float_nhwc);
  VARIANT(float_nhwc)(image, out + image->top * row_stride + image->left * CHANNELS, row_stride);
}

void cp_write_float_nchw(
  cp_instructions instructions, const cp_image *image, float *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride) {
  WRITE_WITH_BORDERS(float_nchw, image, out, row_stride, plane_stride)
  for (int channel = 0; channel < CHANNELS; channel++) {
    fill_border(
      image, out + channel * plane_stride, row_stride * (ptrdiff_t)sizeof(float), image->border + channel,
      fill_float_plane);
  }
  VARIANT(float_nchw)(image, out + image->top * row_stride + image->left, row_stride, plane_stride);
}

/// The bits of a border of halves, as whole numbers that a float holds exactly.
ROW_INLINE void half_border(cp_half type, const cp_image *image, float *border) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    border[channel] = cp_half_bits(type, image->border[channel]);
  }
}

void cp_write_half_nhwc(
  cp_instructions instructions, cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  float border[CHANNELS];
  half_border(type, image, border);
  fill_border(image, out, row_stride * (ptrdiff_t)sizeof *out, border, fill_half_nhwc);
  VARIANT(half_nhwc)(type, image, out + image->top * row_stride + image->left * CHANNELS, row_stride);
}

void cp_write_half_nchw(
  cp_instructions instructions, cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride) {
  WRITE_WITH_BORDERS(half_nchw, type, image, out, row_stride, plane_stride)
  float border[CHANNELS];
  half_border(type, image, border);
  for (int channel = 0; channel < CHANNELS; channel++) {
    fill_border(
      image, out + channel * plane_stride, row_stride * (ptrdiff_t)sizeof *out, border + channel,
      fill_half_plane);
  }
  VARIANT(half_nchw)(type, image, out + image->top * row_stride + image->left, row_stride, plane_stride);
}

void cp_copy_bytes_nhwc(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  fill_border(image, out, row_stride, image->border, fill_bytes_nhwc);
  VARIANT(copy_nhwc)(image, out + image->top * row_stride + image->left * CHANNELS, row_stride);
}

void cp_copy_bytes_nchw(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    fill_border(image, out + channel * plane_stride, row_stride, image->border + channel, fill_bytes_plane);
  }
  VARIANT(copy_nchw)(image, out + image->top * row_stride + image->left, row_stride, plane_stride);
}

void cp_round_bytes_nhwc(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  fill_border(image, out, row_stride, image->border, fill_bytes_nhwc);
  VARIANT(round_nhwc)(image, out + image->top * row_stride + image->left * CHANNELS, row_stride);
}

void cp_round_bytes_nchw(
  cp_instructions instructions, const cp_image *image, uint8_t *out, ptrdiff_t row_stride,
  ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    fill_border(image, out + channel * plane_stride, row_stride, image->border + channel, fill_bytes_plane);
  }
  VARIANT(round_nchw)(image, out + image->top * row_stride + image->left, row_stride, plane_stride);
}
