// Calls of the system that Swift's C library modules do not show, or that Linux and Darwin have in different forms.
// What a system lacks does nothing, or fails as its comment says.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

/// What came of starting a thread.
typedef struct cp_started_thread {
  /// 0, or why there is no thread.
  int failure;
  pthread_t thread;
} cp_started_thread;

/// Starts a joinable thread with a stack of so many bytes. The corresponding C function is `pthread_create`.
cp_started_thread cp_thread_start(size_t stack_size, void *(*body)(void *), void *argument);

/// Names the calling thread for debuggers and /proc; cut to the 15 bytes that Linux keeps.
/// The corresponding C function is `pthread_setname_np`.
int cp_thread_set_name(const char *name);

/// A key for a value of each thread, which `end` receives when its thread ends; 0 or an error number.
/// The corresponding C function is `pthread_key_create`.
int cp_thread_key_create(pthread_key_t *key, void (*end)(void *value));

/// Makes a condition whose waits are timed by a clock that nobody sets; 0 or an error number.
int cp_condition_init(pthread_cond_t *condition);

/// Waits no longer than a time, below a second in its second part; 0 or an error number, `ETIMEDOUT` when it has passed.
/// The corresponding C function is `pthread_cond_timedwait`.
int cp_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, long seconds, long nanoseconds);

/// A time in nanoseconds to a few milliseconds, for hardly more than reading a variable.
/// The corresponding C clock is `CLOCK_MONOTONIC_COARSE`.
int64_t cp_coarse_nanoseconds(void);

/// Whether the process ignores a signal.
bool cp_signal_is_ignored(int number);

/// Lets a signal end the system call that a thread waits in, and do nothing else.
void cp_signal_only_interrupts(int number);

/// Waits for one of blocked signals, less than a second; its number, or -1 when the time has passed.
/// The corresponding C function is `sigtimedwait`.
int cp_signal_wait(const sigset_t *signals, long nanoseconds);

/// The columns and rows of a terminal; 0, or -1 for what is none. The corresponding command is `TIOCGWINSZ` of ioctl.
int cp_terminal_size(int descriptor, struct winsize *size);

/// The size of a pipe's buffer in bytes, or -1. The corresponding command is `F_GETPIPE_SZ` of fcntl.
int cp_pipe_size(int descriptor);

/// Asks for a pipe buffer of `bytes` bytes; the size that was set, or -1.
/// The corresponding command is `F_SETPIPE_SZ` of fcntl.
int cp_pipe_set_size(int descriptor, int bytes);

/// Whether the size of a file in memory is sealed: 1 if it can neither shrink nor grow, 0 if it can, -1 for what is
/// no file in memory. The corresponding command is `F_GET_SEALS` of fcntl.
int cp_size_is_sealed(int descriptor);

/// The words of the command line, the program's name first, as the system has handed them to this process; unlike
/// those of Swift's CommandLine they are there without /proc, too. The corresponding C parameter is `argv` of main.
char *const *cp_arguments(void);

/// Lets all threads take memory from one heap, which reserves no addresses in advance for each of them.
/// The corresponding C function is `mallopt` with `M_ARENA_MAX`.
void cp_use_one_heap(void);

/// The most memory that the process has occupied, in bytes. The corresponding C function is `getrusage`.
int64_t cp_peak_resident_bytes(void);

/// A limit of the process.
typedef enum cp_limit {
  CP_LIMIT_ADDRESS_SPACE,
  CP_LIMIT_DATA,
} cp_limit;

/// The limit in bytes; the greatest number where there is none. The corresponding C function is `getrlimit`.
uint64_t cp_process_limit(cp_limit limit);

/// Advises the system to back whole pages of memory with huge ones; only a hint.
/// The corresponding C function is `madvise` with `MADV_HUGEPAGE`.
void cp_want_huge_pages(void *first, size_t length);

/// Lets the system forget what it keeps of a file in memory, as far as it is on the disk; only a hint.
/// The corresponding C function is `posix_fadvise` with `POSIX_FADV_DONTNEED`.
void cp_forget_file(int descriptor);

/// Tells for each page of a mapping whether it is in memory, in the lowest bit of a byte; 0, or -1.
/// The corresponding C function is `mincore`.
int cp_pages_in_memory(void *first, size_t length, unsigned char *pages);

/// The processors that this process may run on; at least 1.
/// The corresponding C function is `sched_getaffinity`.
int cp_online_processors(void);

/// Whether this process may run on the processor with a number, counted from 0.
/// The corresponding C function is `sched_getaffinity`.
int cp_may_use_processor(int processor);

/// When the bytes of a file were changed last.
struct timespec cp_modification(const struct stat *status);

/// Renames only if the new name is free, else fails with EEXIST.
/// The corresponding C function is `renameat2` with `RENAME_NOREPLACE`.
int cp_rename_if_absent(int old_directory, const char *old_name, int new_directory, const char *new_name);

/// Swaps two names in one step; both must exist.
/// The corresponding C function is `renameat2` with `RENAME_EXCHANGE`.
int cp_rename_exchanging(int old_directory, const char *old_name, int new_directory, const char *new_name);

/// Asks the disk to begin with the written bytes of a file, without waiting; only a hint.
/// The corresponding C function is `sync_file_range` with `SYNC_FILE_RANGE_WRITE`.
void cp_begin_writeback(int descriptor);
