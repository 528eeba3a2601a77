// Whether all variants of the kernels give the same bits: those for each kind of vector instructions that this processor
// has are compared with the plain loops, byte for byte, on random pixels in windows of all widths, mirrored or not, with
// and without borders, at odd addresses and with gaps between rows.
//
// Prints a line for each kind, its name and a digest of all that it wrote. The digest is the same on every processor.
// scripts/kernels builds this for the architectures that there are compilers for.
#include <stdio.h>
#include <string.h>

#include "kernels.h"

enum { RECORD = 3072, ROOM = 48 * 48 * 3 * 4 + 4096, ROUNDS = 6000 };

static uint64_t state = 1;

static uint64_t next_random(void) {
  uint64_t x = state += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

static int below(int bound) { return (int)(next_random() % (uint64_t)bound); }

/// One call of one function, the same for all kinds of instructions.
typedef struct trial {
  const char *function;
  cp_image image;
  cp_half half;
  int rows, columns, gap, shift;
  uint8_t row_list[32], column_list[32];
} trial;

static uint8_t record[RECORD];

static const char *const functions[] = {
  "window_sums", "gather",     "float_nhwc", "float_nchw", "half_nhwc",
  "half_nchw",   "copy_nhwc",  "copy_nchw",  "round_nhwc", "round_nchw"};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/// Writes what the trial gives to `out`, beginning at the shift of the trial.
static void perform(const trial *trial, int function, cp_instructions instructions, uint8_t *out) {
  const cp_image *image = &trial->image;
  const ptrdiff_t packed = trial->columns * 3 + trial->gap, plane_row = trial->columns + trial->gap;
  const ptrdiff_t plane = plane_row * trial->rows + trial->gap;
  cp_sums sums;
  switch (function) {
  case 0:
    cp_window_sums(instructions, &image->window, &sums);
    memcpy(out, &sums, sizeof sums);
    break;
  case 1:
    cp_gather(instructions, record, trial->row_list, trial->column_list, image->window.height, out + trial->shift);
    break;
  case 2: cp_write_float_nhwc(instructions, image, (float *)out + trial->shift, packed); break;
  case 3: cp_write_float_nchw(instructions, image, (float *)out + trial->shift, plane_row, plane); break;
  case 4: cp_write_half_nhwc(instructions, trial->half, image, (uint16_t *)out + trial->shift, packed); break;
  case 5: cp_write_half_nchw(instructions, trial->half, image, (uint16_t *)out + trial->shift, plane_row, plane); break;
  case 6: cp_copy_bytes_nhwc(instructions, image, out + trial->shift, packed); break;
  case 7: cp_copy_bytes_nchw(instructions, image, out + trial->shift, plane_row, plane); break;
  case 8: cp_round_bytes_nhwc(instructions, image, out + trial->shift, packed); break;
  default: cp_round_bytes_nchw(instructions, image, out + trial->shift, plane_row, plane);
  }
}

static trial random_trial(void) {
  trial trial = {0};
  cp_image *image = &trial.image;
  // The sizes that the presets use are as likely as all others together.
  static const int usual[] = {24, 32, 28, 16};
  const int width = below(2) ? usual[below(4)] : below(33), height = below(2) ? usual[below(4)] : below(33);
  const int column = below(33 - width) % 32, row = below(33 - height) % 32;
  image->window = (cp_window){record + 32 * row, column, height, width};
  image->mirrored = below(2);
  if (below(2)) {
    image->top = below(5), image->bottom = below(5), image->left = below(9), image->right = below(9);
  }
  // As standardisation makes them, rounded to bytes; and what becomes infinite or subnormal in 16 or 32 bits.
  static const float factors[] = {0.0159f, 1.0f / 255, 1.5f, 700.0f, 1e-7f, 1e-40f, 3e36f};
  const int kind = below(10);
  const float factor = factors[kind < 4 ? 0 : kind - 3];
  for (int channel = 0; channel < 3; channel++) {
    image->reference[channel] = (float)below(256);
    // Never a NaN, whose sign is not the same on all processors.
    image->factor[channel] = factor * ((float)(below(2000) - 1000) / 700);
    image->offset[channel] = factor * ((float)(below(200000) - 100000) / 997);
    image->border[channel] = (float)below(256);
  }
  trial.half = below(2) ? CP_HALF_FLOAT16 : CP_HALF_BFLOAT16;
  trial.rows = image->top + height + image->bottom, trial.columns = image->left + width + image->right;
  trial.gap = below(2) ? 0 : below(20);
  trial.shift = below(2) ? 0 : below(64);
  for (int i = 0; i < 32; i++) trial.row_list[i] = (uint8_t)below(32), trial.column_list[i] = (uint8_t)below(32);
  return trial;
}

/// Of whole words of 8 bytes.
static uint64_t digest(uint64_t before, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, bytes + i, sizeof word);
    before = (before ^ word) * 0x9e3779b97f4a7c15;
    before ^= before >> 32;
  }
  return before;
}

int main(void) {
  static const cp_instructions kinds[] = {
    CP_INSTRUCTIONS_BASELINE, CP_INSTRUCTIONS_AVX2, CP_INSTRUCTIONS_AVX512, CP_INSTRUCTIONS_NEON};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  static _Alignas(64) uint8_t expected[ROOM], found[ROOM];
  uint64_t digests[KINDS] = {0};
  int failures = 0;
  for (int round = 0; round < ROUNDS; round++) {
    if (round % 16 == 0) {
      for (int i = 0; i < RECORD; i++) record[i] = (uint8_t)next_random();
      if (round % 256 == 0) memset(record, 255, sizeof record);
    }
    const trial trial = random_trial();
    const int function = round % FUNCTIONS;
    for (int kind = 0; kind < KINDS; kind++) {
      if (!cp_has_instructions(kinds[kind])) continue;
      uint8_t *out = kind == 0 ? expected : found;
      memset(out, 0xa5, ROOM);
      perform(&trial, function, kinds[kind], out);
      if (kind > 0 && memcmp(expected, found, ROOM) != 0 && failures++ < 10) {
        printf(
          "round %d: %s with %s differs: %d columns from %d, %d rows, %s, gap %d, shift %d\n", round,
          functions[function], cp_instructions_name(kinds[kind]), trial.image.window.width,
          trial.image.window.column, trial.image.window.height, trial.image.mirrored ? "mirrored" : "not mirrored",
          trial.gap, trial.shift);
      }
      const uint64_t own = digest(0xcbf29ce484222325, out, ROOM);
      digests[kind] = digest(digests[kind], (const uint8_t *)&own, sizeof own);
    }
  }
  for (int kind = 0; kind < KINDS; kind++) {
    if (cp_has_instructions(kinds[kind])) {
      printf("%016llx %s\n", (unsigned long long)digests[kind], cp_instructions_name(kinds[kind]));
    }
  }
  return failures == 0 ? 0 : 1;
}
