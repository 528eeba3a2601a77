#define _GNU_SOURCE
#include "system_calls.h"

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int cp_thread_set_name(pthread_t thread, const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  return pthread_setname_np(thread, kept);
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

void cp_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

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

int cp_rename_if_absent(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameat2(old_directory, old_name, new_directory, new_name, RENAME_NOREPLACE);
}

int cp_rename_exchanging(int old_directory, const char *old_name, int new_directory, const char *new_name) {
  return renameat2(old_directory, old_name, new_directory, new_name, RENAME_EXCHANGE);
}

void cp_begin_writeback(int descriptor) { sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }
