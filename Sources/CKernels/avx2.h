// What the variants for AVX2 have in common. A row narrower than a vector takes the plain loops.
#pragma once

#include "rows.h"

#if defined(__x86_64__)

#include <immintrin.h>

// At the begin of a cache line, wherever the linker puts it: code before it made a loop up to 9 % slower or faster.
#define AVX2 __attribute__((target("avx2,f16c"), aligned(64)))
#define AVX2_INLINE static inline __attribute__((always_inline, target("avx2,f16c")))

/// Three vectors of one value for each channel, repeated: R G B R G B R G, B R G B ...
typedef struct channel_vectors {
  __m256 first, second, third;
} channel_vectors;

AVX2_INLINE channel_vectors repeat_channels(const float *values) {
  const float r = values[0], g = values[1], b = values[2];
  return (channel_vectors){
    _mm256_setr_ps(r, g, b, r, g, b, r, g), _mm256_setr_ps(b, r, g, b, r, g, b, r),
    _mm256_setr_ps(g, b, r, g, b, r, g, b)};
}

/// 8 bytes in output order.
AVX2_INLINE __m128i load_group(const uint8_t *pixels, bool mirrored) {
  const __m128i bytes = _mm_loadl_epi64((const void *)pixels);
  if (!mirrored) return bytes;
  return _mm_shuffle_epi8(bytes, _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, -1, -1, -1, -1, -1, -1, -1, -1));
}

#endif
