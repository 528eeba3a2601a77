// What a machine allows, for scripts/benchmark:  limits roof|loop W1|W2|W3|W4 THREADS BATCHES, or  limits kernels
//
// `roof` only copies as many bytes as a workload reads and writes, from records in random order into a few batches for
// each thread that are used again and again: no loader that has as many under way can be faster. `loop` does the work
// itself with the kernels of this package. Neither has queues, labels, an order that others could repeat, or anybody who
// receives the batches. Prints images a second, and images for each second of processor time, which other programs on the
// machine disturb less. `kernels` prints lines of a Markdown table: the nanoseconds that each kernel takes for an image
// that is in the cache, by vector instructions.
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "kernels.h"

enum { RECORD = 3073, RECORDS = 50000, BATCH = 128, MAX_BATCHES = 64, MAX_THREADS = 64 };
static const double SECONDS = 0.7;

/// The bytes of an image that are read and written.
typedef struct workload {
  const char *name;
  size_t read, written;
} workload;
static const workload workloads[] = {
  {"W1", 3072, 3072}, {"W2", 3 * 24 * 24, 3 * 24 * 24 * 4}, {"W3", 3 * 24 * 24, 3 * 24 * 24 * 4}, {"W4", 3072, 3072 * 4}};

static const workload *work;
static int batches;
static const uint8_t *records;
static cp_instructions instructions;

typedef struct worker {
  pthread_t thread;
  bool only_copies;
  uint64_t random;
  size_t images;
  double rate, used;
} worker;

static double now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static uint64_t next_random(worker *worker) {
  uint64_t x = worker->random += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

static void copy(const uint8_t *pixels, uint8_t *out) {
  for (size_t done = 0; done < work->written; done += work->read) {
    const size_t left = work->written - done;
    memcpy(out + done, pixels, left < work->read ? left : work->read);
  }
}

/// The preset `eval`, or `distort` where the window is random: mean 0 and deviation 1 after a change of contrast.
static void standardize(const uint8_t *pixels, uint64_t random, float *out) {
  const bool distorts = work->name[1] == '3';
  const int row = distorts ? (int)(random % 9) : 4, column = distorts ? (int)(random / 9 % 9) : 4;
  const double contrast = distorts ? 0.2 + 1.6 * (double)(random >> 40) * 0x1p-24 : 1;
  cp_image image = {.window = {pixels + 32 * row, column, 24, 24}, .mirrored = distorts && random >> 32 & 1};
  cp_sums sums;
  cp_window_sums(instructions, &image.window, &sums);
  double means[3], mean = 0, variance = 0;
  for (int c = 0; c < 3; c++) {
    means[c] = sums.values[c] / 576.0;
    mean += means[c] / 3;
    variance += (sums.squares[c] / 576.0 - means[c] * means[c]) / 3 * contrast * contrast;
  }
  for (int c = 0; c < 3; c++) variance += (means[c] - mean) * (means[c] - mean) / 3;
  const double deviation = fmax(sqrt(variance), 1 / sqrt(1728));
  for (int c = 0; c < 3; c++) {
    image.reference[c] = (float)rint(means[c]);
    image.factor[c] = (float)(contrast / deviation);
    image.offset[c] = (float)((means[c] + (image.reference[c] - means[c]) * contrast - mean) / deviation);
  }
  cp_write_float_nhwc(instructions, &image, out, 72);
}

/// The preset `torch`: 4 pixels of border, a random window of 32, mirrored or not, normalised.
static void pad(const uint8_t *pixels, uint64_t random, float *out) {
  const int y = (int)(random % 9) - 4, x = (int)(random / 9 % 9) - 4;
  cp_image image = {
    .window = {pixels + 32 * (y > 0 ? y : 0), x > 0 ? x : 0, 32 - abs(y), 32 - abs(x)},
    .mirrored = random >> 32 & 1,
    .top = y < 0 ? -y : 0, .bottom = y > 0 ? y : 0, .left = x < 0 ? -x : 0, .right = x > 0 ? x : 0};
  for (int c = 0; c < 3; c++) {
    image.reference[c] = 128;
    image.factor[c] = 1.0f / 64;
    image.offset[c] = 0.05f;
    image.border[c] = -2;
  }
  cp_write_float_nchw(instructions, &image, out, 32, 1024);
}

static void transform(const uint8_t *pixels, uint64_t random, uint8_t *out) {
  const cp_image whole = {.window = {pixels, 0, 32, 32}};
  switch (work->name[1]) {
  case '1': cp_copy_bytes_nhwc(instructions, &whole, out, 96); break;
  case '4': pad(pixels, random, (float *)out); break;
  default: standardize(pixels, random, (float *)out);
  }
}

static void *run(void *argument) {
  worker *worker = argument;
  const size_t length = BATCH * work->written * (size_t)batches;
  uint8_t *ring = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (ring == MAP_FAILED) abort();
  const double start = now(CLOCK_MONOTONIC), start_used = now(CLOCK_THREAD_CPUTIME_ID);
  double elapsed;
  size_t images = 0, place = 0;
  uint64_t random = next_random(worker), second = next_random(worker);
  do {
    for (int i = 0; i < 2000; i++, images++) {
      const uint8_t *pixels = records + random % RECORDS * RECORD + 1;
      if (worker->only_copies) {
        copy(pixels, ring + place);
      } else {
        // The record after the next one, so that its bytes are under way.
        const uint64_t third = next_random(worker);
        const uint8_t *ahead = records + third % RECORDS * RECORD + 1;
        cp_prefetch(ahead, ahead + RECORD - 1);
        transform(pixels, random, ring + place);
        random = second;
        second = third;
      }
      if (worker->only_copies) random = next_random(worker);
      place = place + 2 * work->written > length ? 0 : place + work->written;
    }
    elapsed = now(CLOCK_MONOTONIC) - start;
  } while (elapsed < SECONDS);
  worker->rate = (double)images / elapsed;
  worker->used = now(CLOCK_THREAD_CPUTIME_ID) - start_used;
  worker->images = images;
  munmap(ring, length);
  return NULL;
}

/// One call of a kernel for a record that is in the cache.
static void call(int kernel, cp_instructions kind, const uint8_t *pixels, void *out) {
  const cp_window crop = {pixels + 4 * 32, 4, 24, 24};
  cp_image image = {.window = crop, .factor = {0.01f, 0.01f, 0.01f}};
  cp_sums sums;
  if (kernel == 2) image.window = (cp_window){pixels, 0, 32, 32};
  if (kernel >= 3) {
    image.window = (cp_window){pixels + 2 * 32, 3, 30, 29};
    image.top = 2;
    image.left = 3;
    image.mirrored = kernel == 4;
  }
  switch (kernel) {
  case 0: cp_window_sums(kind, &crop, &sums); break;
  case 1: cp_write_float_nhwc(kind, &image, out, 72); break;
  case 2: cp_copy_bytes_nhwc(kind, &image, out, 96); break;
  case 5: cp_write_half_nchw(kind, CP_HALF_FLOAT16, &image, out, 32, 1024); break;
  case 6: cp_write_half_nchw(kind, CP_HALF_BFLOAT16, &image, out, 32, 1024); break;
  default: cp_write_float_nchw(kind, &image, out, 32, 1024);
  }
}

/// Of many short measurements the shortest, which nothing disturbed.
static double nanoseconds(int kernel, cp_instructions kind, const uint8_t *pixels, void *out) {
  enum { CALLS = 500 };
  double shortest = HUGE_VAL;
  for (int i = 0; i < 200; i++) {
    const double start = now(CLOCK_THREAD_CPUTIME_ID);
    for (int j = 0; j < CALLS; j++) call(kernel, kind, pixels, out);
    shortest = fmin(shortest, (now(CLOCK_THREAD_CPUTIME_ID) - start) * 1e9 / CALLS);
  }
  return shortest;
}

static void print_kernels(void) {
  static const char *const kernels[] = {
    "sums of 24 x 24", "24 x 24 to floats, channels last", "the record to bytes, channels last",
    "32 x 32 with borders to floats, channels first", "the same, mirrored", "the same to float16", "the same to bfloat16"};
  static const cp_instructions kinds[] = {
    CP_INSTRUCTIONS_BASELINE, CP_INSTRUCTIONS_AVX2, CP_INSTRUCTIONS_AVX512, CP_INSTRUCTIONS_NEON};
  enum { KERNELS = sizeof kernels / sizeof *kernels, KINDS = sizeof kinds / sizeof *kinds };
  static _Alignas(64) uint8_t pixels[RECORD], out[3 * 32 * 32 * 4];
  worker filler = {.random = 1};
  for (int i = 0; i < RECORD; i++) pixels[i] = (uint8_t)next_random(&filler);
  for (int line = -2; line < KERNELS; line++) {
    printf("| %s |", line == -2 ? "ns an image" : line == -1 ? "---" : kernels[line]);
    for (int i = 0; i < KINDS; i++) {
      if (!cp_has_instructions(kinds[i])) continue;
      if (line == -2) printf(" %s |", cp_instructions_name(kinds[i]));
      else if (line == -1) printf("---|");
      else printf(" %.0f |", nanoseconds(line, kinds[i], pixels, out));
    }
    printf("\n");
  }
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "kernels") == 0) {
    print_kernels();
    return 0;
  }
  const int threads = count == 5 ? atoi(words[3]) : 0;
  batches = count == 5 ? atoi(words[4]) : 0;
  for (size_t i = 0; count == 5 && i < sizeof workloads / sizeof *workloads; i++) {
    if (strcmp(words[2], workloads[i].name) == 0) work = &workloads[i];
  }
  if (work == NULL || threads < 1 || threads > MAX_THREADS || batches < 1 || batches > MAX_BATCHES) {
    fprintf(stderr, "usage: limits roof|loop W1|W2|W3|W4 THREADS BATCHES, or limits kernels\n");
    return 64;
  }
  instructions = cp_best_instructions();
  const size_t length = (size_t)RECORDS * RECORD;
  uint8_t *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) abort();
  madvise(memory, length, MADV_HUGEPAGE);
  worker filler = {.random = 1};
  for (size_t i = 0; i < length; i++) memory[i] = (uint8_t)(next_random(&filler) >> 33);
  records = memory;

  static worker workers[MAX_THREADS];
  double rate = 0, used = 0, images = 0;
  for (int i = 0; i < threads; i++) {
    workers[i] = (worker){.only_copies = strcmp(words[1], "roof") == 0, .random = (uint64_t)i << 32};
    if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0) abort();
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    rate += workers[i].rate;
    used += workers[i].used;
    images += (double)workers[i].images;
  }
  printf("%.0f %.0f\n", rate, images / used);
  return 0;
}
