// Lets the calls of a program fail: preloaded by scripts/faults.
//
// Counted are calls that come from the program itself, not from libraries that it loads. The counts lie in a file
// that the driver maps, so that they outlast any end of the process.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// In the order of `FAMILIES` in calls.py.
enum family {
  READ, WRITE, STDOUT, OPEN, RENAME, SYNC, CLOSE, TRUNCATE, MAP, MKDIR, STAT, UNLINK, LIST, LOCK, THREAD, SEEK, FAMILIES
};

// As `STATE` in calls.py.
struct state {
  _Atomic uint64_t counts[FAMILIES];
  _Atomic uint64_t total;
  // When the first fault came, on the monotonic clock, and in what call.
  uint64_t fired;
  char call[256];
};

static struct state *state;
static uintptr_t text_start, text_end;
static int family = -1;  // Whose calls fail; FAMILIES means all, for signals.
static uint64_t first, last;
static int reason;       // An error number; 0 for half of the bytes.
static int signal_number;

static int find_text(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size, (void)data;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    text_start = info->dlpi_addr + part->p_vaddr;
    text_end = text_start + part->p_memsz;
  }
  return 1;  // The first object is the program; no other is wanted.
}

static uint64_t number(const char *name) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULT_STATE");
  if (!path) return;
  int file = (int)syscall(SYS_openat, (long)AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0L);
  if (file < 0) return;
  void *memory = (void *)syscall(SYS_mmap, 0L, sizeof *state, (long)(PROT_READ | PROT_WRITE), (long)MAP_SHARED, (long)file, 0L);
  syscall(SYS_close, (long)file);
  dl_iterate_phdr(find_text, NULL);
  if (getenv("FAULT_FAMILY")) family = (int)number("FAULT_FAMILY");
  first = number("FAULT_FIRST");
  last = number("FAULT_LAST");
  reason = (int)number("FAULT_ERRNO");
  signal_number = (int)number("FAULT_SIGNAL");
  if (memory != MAP_FAILED) state = memory;
}

// Notes the call that is the first to fail; `path` is NULL for calls that have a descriptor.
static void note(const char *name, const char *path, int descriptor) {
  char link[64], target[160] = "";
  if (!path && descriptor >= 0) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (syscall(SYS_readlink, link, target, sizeof target - 1) < 0) target[0] = 0;
    path = target;
  }
  snprintf(state->call, sizeof state->call, "%s(%s)", name, path ? path : "");
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  state->fired = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Counts a call, and says whether it is to fail.
static bool fails(enum family of, void *caller, const char *name, const char *path, int descriptor) {
  if (!state || (uintptr_t)caller < text_start || (uintptr_t)caller >= text_end) return false;
  uint64_t n = atomic_fetch_add(&state->counts[of], 1) + 1, all = atomic_fetch_add(&state->total, 1) + 1;
  if (family == FAMILIES) n = all;
  else if (family != (int)of) return false;
  if (n < first || n > last) return false;
  if (n == first) note(name, path, descriptor);
  if (!signal_number) return true;
  kill(getpid(), signal_number);
  return false;
}

#define CALLER __builtin_return_address(0)
#define REAL(name) ((__typeof__(&name))next(&real_##name, #name))

static void *next(void *_Atomic *kept, const char *name) {
  void *found = atomic_load(kept);
  if (!found) atomic_store(kept, found = dlsym(RTLD_NEXT, name));
  return found;
}

// A function that returns -1 where it fails.
#define CALL(type, name, parameters, arguments, of, path, descriptor) \
  static void *_Atomic real_##name; \
  type name parameters { \
    if (fails(of, CALLER, #name, path, descriptor)) { errno = reason; return -1; } \
    return REAL(name) arguments; \
  }

// One that moves bytes, of which it may move fewer.
#define TRANSFER(name, parameters, arguments, of) \
  static void *_Atomic real_##name; \
  ssize_t name parameters { \
    if (fails(of, CALLER, #name, NULL, file)) { \
      if (reason) { errno = reason; return -1; } \
      count = (count + 1) / 2; \
    } \
    return REAL(name) arguments; \
  }

// Messages always come through.
static enum family output(int file) { return file == 1 ? STDOUT : WRITE; }

TRANSFER(read, (int file, void *bytes, size_t count), (file, bytes, count), READ)
TRANSFER(pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at), READ)
TRANSFER(pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at), output(file))

static void *_Atomic real_write;
ssize_t write(int file, const void *bytes, size_t count) {
  if (file != 2 && fails(output(file), CALLER, "write", NULL, file)) {
    if (reason) { errno = reason; return -1; }
    count = (count + 1) / 2;
  }
  return REAL(write)(file, bytes, count);
}

static void *_Atomic real_writev;
ssize_t writev(int file, const struct iovec *parts, int count) {
  if (file != 2 && fails(output(file), CALLER, "writev", NULL, file)) {
    if (reason) { errno = reason; return -1; }
    count = (count + 1) / 2;
  }
  return REAL(writev)(file, parts, count);
}

static void *_Atomic real_open;
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (fails(OPEN, CALLER, "open", path, -1)) { errno = reason; return -1; }
  return REAL(open)(path, flags, mode);
}

static void *_Atomic real_openat;
int openat(int directory, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (fails(OPEN, CALLER, "openat", path, -1)) { errno = reason; return -1; }
  return REAL(openat)(directory, path, flags, mode);
}

CALL(int, rename, (const char *old, const char *new), (old, new), RENAME, new, -1)
CALL(int, renameat, (int from, const char *old, int to, const char *new), (from, old, to, new), RENAME, new, -1)
CALL(int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags), (from, old, to, new, flags),
     RENAME, new, -1)
CALL(int, linkat, (int from, const char *old, int to, const char *new, int flags), (from, old, to, new, flags), RENAME,
     new, -1)
CALL(int, fsync, (int file), (file), SYNC, NULL, file)
CALL(int, fdatasync, (int file), (file), SYNC, NULL, file)
CALL(int, ftruncate, (int file, off_t length), (file, length), TRUNCATE, NULL, file)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), MKDIR, path, -1)
CALL(int, mkdirat, (int directory, const char *path, mode_t mode), (directory, path, mode), MKDIR, path, -1)
CALL(int, stat, (const char *path, struct stat *found), (path, found), STAT, path, -1)
CALL(int, lstat, (const char *path, struct stat *found), (path, found), STAT, path, -1)
CALL(int, fstat, (int file, struct stat *found), (file, found), STAT, NULL, file)
CALL(int, fstatat, (int directory, const char *path, struct stat *found, int flags), (directory, path, found, flags),
     STAT, path, -1)
CALL(int, statvfs, (const char *path, struct statvfs *found), (path, found), STAT, path, -1)
CALL(int, fstatvfs, (int file, struct statvfs *found), (file, found), STAT, NULL, file)
CALL(int, unlink, (const char *path), (path), UNLINK, path, -1)
CALL(int, unlinkat, (int directory, const char *path, int flags), (directory, path, flags), UNLINK, path, -1)
CALL(int, rmdir, (const char *path), (path), UNLINK, path, -1)
CALL(int, flock, (int file, int operation), (file, operation), LOCK, NULL, file)
CALL(off_t, lseek, (int file, off_t offset, int from), (file, offset, from), SEEK, NULL, file)

// The descriptor is closed all the same, as on Linux.
static void *_Atomic real_close;
int close(int file) {
  bool failing = fails(CLOSE, CALLER, "close", NULL, file);
  int result = REAL(close)(file);
  if (!failing) return result;
  errno = reason;
  return -1;
}

static void *_Atomic real_mmap;
void *mmap(void *wish, size_t length, int protection, int flags, int file, off_t offset) {
  if (fails(MAP, CALLER, "mmap", NULL, file)) { errno = reason; return MAP_FAILED; }
  return REAL(mmap)(wish, length, protection, flags, file, offset);
}

static void *_Atomic real_fdopendir;
DIR *fdopendir(int file) {
  if (fails(LIST, CALLER, "fdopendir", NULL, file)) { errno = reason; return NULL; }
  return REAL(fdopendir)(file);
}

static void *_Atomic real_readdir;
struct dirent *readdir(DIR *directory) {
  if (fails(LIST, CALLER, "readdir", NULL, dirfd(directory))) { errno = reason; return NULL; }
  return REAL(readdir)(directory);
}

static void *_Atomic real_pthread_create;
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  if (fails(THREAD, CALLER, "pthread_create", "", -1)) return reason;
  return REAL(pthread_create)(thread, attributes, body, argument);
}
