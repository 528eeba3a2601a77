// The calls of Darwin, written from its manual and headers: neither built nor tested yet.
#ifdef __APPLE__
#include <crt_externs.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "system_calls.h"

int cp_thread_set_name(const char *name) { return pthread_setname_np(name); }

int cp_condition_init(pthread_cond_t *condition) { return pthread_cond_init(condition, NULL); }

int cp_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long seconds, long nanoseconds) {
  const struct timespec time = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  return pthread_cond_timedwait_relative_np(condition, mutex, &time);
}

int64_t cp_coarse_nanoseconds(void) { return (int64_t)clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW_APPROX); }

int cp_signal_wait(const sigset_t *signals, long nanoseconds) {
  const struct timespec time = {.tv_nsec = nanoseconds};
  nanosleep(&time, NULL);
  sigset_t pending;
  sigpending(&pending);
  for (int number = 1; number < NSIG; number++) {
    if (sigismember(signals, number) == 1 && sigismember(&pending, number) == 1) return number;
  }
  return -1;
}

// Pipes grow by themselves, and files in memory cannot be sealed.
int cp_pipe_size(int descriptor) {
  (void)descriptor;
  return -1;
}

int cp_pipe_set_size(int descriptor, int bytes) {
  (void)descriptor, (void)bytes;
  return -1;
}

int cp_size_is_sealed(int descriptor) {
  (void)descriptor;
  return -1;
}

char *const *cp_arguments(void) { return *_NSGetArgv(); }

void cp_use_one_heap(void) {}

int64_t cp_peak_resident_bytes(void) {
  struct rusage usage;
  // In bytes here, in KiB on Linux.
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

void cp_want_huge_pages(void *first, size_t length) { (void)first, (void)length; }

void cp_forget_file(int descriptor) { (void)descriptor; }

int cp_pages_in_memory(void *first, size_t length, unsigned char *pages) {
  return mincore(first, length, (char *)pages);
}

int cp_online_processors(void) {
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : (int)online;
}

int cp_may_use_processor(int processor) { return processor >= 0 && processor < cp_online_processors(); }

struct timespec cp_modification(const struct stat *status) { return status->st_mtimespec; }

int cp_rename_if_absent(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameatx_np(old_directory, old_name, new_directory, new_name, RENAME_EXCL);
}

int cp_rename_exchanging(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameatx_np(old_directory, old_name, new_directory, new_name, RENAME_SWAP);
}

void cp_begin_writeback(int descriptor) { (void)descriptor; }

#endif
