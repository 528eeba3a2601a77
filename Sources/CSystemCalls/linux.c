// The calls of Linux, with glibc or musl.
#ifdef __linux__
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "system_calls.h"

int cp_thread_set_name(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  return pthread_setname_np(pthread_self(), kept);
}

int cp_condition_init(pthread_cond_t *condition) {
  pthread_condattr_t attributes;
  int failure = pthread_condattr_init(&attributes);
  if (failure != 0) return failure;
  failure = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  if (failure == 0) failure = pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
  return failure;
}

int cp_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long seconds, long nanoseconds) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds + (end.tv_nsec + nanoseconds) / 1000000000;
  end.tv_nsec = (end.tv_nsec + nanoseconds) % 1000000000;
  return pthread_cond_timedwait(condition, mutex, &end);
}

int64_t cp_coarse_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int cp_signal_wait(const sigset_t *signals, long nanoseconds) {
  const struct timespec time = {.tv_nsec = nanoseconds};
  return sigtimedwait(signals, NULL, &time);
}

int cp_pipe_size(int descriptor) { return fcntl(descriptor, F_GETPIPE_SZ); }

int cp_pipe_set_size(int descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

int cp_size_is_sealed(int descriptor) {
  int seals = fcntl(descriptor, F_GET_SEALS);
  if (seals < 0) return -1;
  return (seals & F_SEAL_SHRINK) && (seals & F_SEAL_GROW);
}

static char **arguments;

// glibc calls constructors as it calls main.
__attribute__((constructor)) static void note_arguments(int count, char **words) {
  (void)count;
  arguments = words;
}

char *const *cp_arguments(void) { return arguments; }

void cp_use_one_heap(void) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

int64_t cp_peak_resident_bytes(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

void cp_want_huge_pages(void *first, size_t length) { madvise(first, length, MADV_HUGEPAGE); }

void cp_forget_file(int descriptor) {
  // Only what is on the disk can be forgotten.
  fdatasync(descriptor);
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

int cp_pages_in_memory(void *first, size_t length, unsigned char *pages) { return mincore(first, length, pages); }

int cp_online_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : (int)online;
}

int cp_may_use_processor(int processor) {
  cpu_set_t set;
  // CPU_ISSET is false for numbers that no set has room for.
  return processor >= 0 && sched_getaffinity(0, sizeof set, &set) == 0 && CPU_ISSET((size_t)processor, &set);
}

struct timespec cp_modification(const struct stat *status) { return status->st_mtim; }

int cp_rename_if_absent(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameat2(old_directory, old_name, new_directory, new_name, RENAME_NOREPLACE);
}

int cp_rename_exchanging(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameat2(old_directory, old_name, new_directory, new_name, RENAME_EXCHANGE);
}

void cp_begin_writeback(int descriptor) { sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }

#endif
