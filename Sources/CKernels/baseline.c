// The variants for every processor: plain loops for the compiler to vectorise.
#include "rows.h"

void cp_baseline_window_sums(const cp_window *window, cp_sums *sums) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    uint32_t values = 0, squares = 0;
    for (int y = 0; y < window->height; y++) {
      const uint8_t *pixels = window_row(window, y, channel);
      for (int x = 0; x < window->width; x++) {
        values += pixels[x];
        squares += (uint32_t)pixels[x] * pixels[x];
      }
    }
    sums->values[channel] = values;
    sums->squares[channel] = squares;
  }
}

void cp_baseline_gather(
  const uint8_t *pixels, const uint8_t *rows, const uint8_t *columns, int height, uint8_t *to) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < height; y++) {
      const uint8_t *from = pixels + channel * PLANE_LENGTH + rows[y] * ROW_LENGTH;
      uint8_t *out = to + channel * PLANE_LENGTH + y * ROW_LENGTH;
      for (int x = 0; x < ROW_LENGTH; x++) out[x] = from[columns[x]];
    }
  }
}

void cp_baseline_float_nhwc(const cp_image *image, float *out, ptrdiff_t row_stride) {
  for (int y = 0; y < image->window.height; y++) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      float_row(
        window_row(&image->window, y, channel), image->window.width, image->mirrored,
        image->reference[channel], image->factor[channel], image->offset[channel],
        out + y * row_stride + channel, CHANNELS);
    }
  }
}

void cp_baseline_float_nchw(
  const cp_image *image, float *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < image->window.height; y++) {
      float_row(
        window_row(&image->window, y, channel), image->window.width, image->mirrored,
        image->reference[channel], image->factor[channel], image->offset[channel],
        out + channel * plane_stride + y * row_stride, 1);
    }
  }
}

/// The rows of all channels; `type` is known in the inlined copies.
ROW_INLINE void half_rows(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t channel_stride, int step) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < image->window.height; y++) {
      half_row(
        type, window_row(&image->window, y, channel), image->window.width, image->mirrored,
        image->reference[channel], image->factor[channel], image->offset[channel],
        out + channel * channel_stride + y * row_stride, step);
    }
  }
}

void cp_baseline_half_nhwc(cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride) {
  if (type == CP_HALF_FLOAT16) half_rows(CP_HALF_FLOAT16, image, out, row_stride, 1, CHANNELS);
  else half_rows(CP_HALF_BFLOAT16, image, out, row_stride, 1, CHANNELS);
}

void cp_baseline_half_nchw(
  cp_half type, const cp_image *image, uint16_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  if (type == CP_HALF_FLOAT16) half_rows(CP_HALF_FLOAT16, image, out, row_stride, plane_stride, 1);
  else half_rows(CP_HALF_BFLOAT16, image, out, row_stride, plane_stride, 1);
}

void cp_baseline_copy_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  const int width = image->window.width;
  for (int y = 0; y < image->window.height; y++) {
    const uint8_t *red = window_row(&image->window, y, 0);
    const uint8_t *green = red + PLANE_LENGTH, *blue = green + PLANE_LENGTH;
    uint8_t *pixel = out + y * row_stride;
    // One loop over pixels is faster here than three strided passes.
    for (int x = 0; x < width; x++, pixel += CHANNELS) {
      const int source = image->mirrored ? width - 1 - x : x;
      pixel[0] = red[source];
      pixel[1] = green[source];
      pixel[2] = blue[source];
    }
  }
}

void cp_baseline_copy_nchw(
  const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < image->window.height; y++) {
      copy_row(
        window_row(&image->window, y, channel), image->window.width, image->mirrored,
        out + channel * plane_stride + y * row_stride, 1);
    }
  }
}

void cp_baseline_round_nhwc(const cp_image *image, uint8_t *out, ptrdiff_t row_stride) {
  for (int y = 0; y < image->window.height; y++) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      round_row(
        window_row(&image->window, y, channel), image->window.width, image->mirrored,
        image->reference[channel], image->factor[channel], image->offset[channel],
        out + y * row_stride + channel, CHANNELS);
    }
  }
}

void cp_baseline_round_nchw(
  const cp_image *image, uint8_t *out, ptrdiff_t row_stride, ptrdiff_t plane_stride) {
  for (int channel = 0; channel < CHANNELS; channel++) {
    for (int y = 0; y < image->window.height; y++) {
      round_row(
        window_row(&image->window, y, channel), image->window.width, image->mirrored,
        image->reference[channel], image->factor[channel], image->offset[channel],
        out + channel * plane_stride + y * row_stride, 1);
    }
  }
}
