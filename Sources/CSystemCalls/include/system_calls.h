// GNU calls that need _GNU_SOURCE and are therefore missing from Swift's Glibc module.
#pragma once

#include <pthread.h>

/// Names a thread for debuggers and /proc; cut to the 15 bytes that Linux keeps.
/// The corresponding C function is `pthread_setname_np`.
int cp_thread_set_name(pthread_t thread, const char *name);

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

/// The processors that this process may run on; at least 1.
/// The corresponding C function is `sched_getaffinity`.
int cp_online_processors(void);

/// Whether this process may run on the processor with a number, counted from 0.
/// The corresponding C function is `sched_getaffinity`.
int cp_may_use_processor(int processor);

/// Renames only if the new name is free, else fails with EEXIST.
/// The corresponding C function is `renameat2` with `RENAME_NOREPLACE`.
int cp_rename_if_absent(int old_directory, const char *old_name, int new_directory, const char *new_name);

/// Swaps two names in one step; both must exist.
/// The corresponding C function is `renameat2` with `RENAME_EXCHANGE`.
int cp_rename_exchanging(int old_directory, const char *old_name, int new_directory, const char *new_name);

/// Asks the disk to begin with the written bytes of a file, without waiting; only a hint.
/// The corresponding C function is `sync_file_range` with `SYNC_FILE_RANGE_WRITE`.
void cp_begin_writeback(int descriptor);
