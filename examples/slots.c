// A client of `cifar-pipe batch --format slots`; docs/slots.md describes the protocol.
//
//   clang -std=c11 -O2 examples/slots.c -o slots
//   ./slots --synthetic --seed 1 --epochs 10               takes all batches and says how fast they came
//   ./slots --raw --synthetic --seed 1 | sha256sum         writes what `--format raw` writes
//
// Options other than --raw are those of `cifar-pipe batch`. $CIFAR_PIPE_BINARY names a binary that is not in the path.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// All numbers are little-endian and aligned, so that on such a machine both can be read as they are.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "this machine orders bytes in another way");

enum { NOTHING, START, BATCH, END_OF_EPOCH, END_OF_RUN, ERROR };

struct message {
  uint32_t kind, slot, examples, exit_code;
  uint64_t number, epoch, number_in_epoch, position, reserved[2];
};

struct header {
  char magic[16];
  uint32_t version, size;
  uint64_t total_size, stride, labels_offset;
  uint32_t slots, most_examples, axes[3], labels_per_example;
  char image_type[12], label_type[12];
  // More follows that this client does not need.
};

_Static_assert(sizeof(struct message) == 64 && sizeof(struct header) == 96, "there is padding between fields");

static _Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "slots: %s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

// The result of a system call, unless that failed.
static int checked(const char *what, int result) {
  if (result < 0) fail(what, strerror(errno));
  return result;
}

// Starts the tool; `memory` is inherited under its number, the pipes become standard input and output.
static pid_t start(int count, char **options, int memory, const int credits[2], const int messages[2]) {
  char number[12], *arguments[count + 7], *binary = getenv("CIFAR_PIPE_BINARY");
  int words = 0;
  snprintf(number, sizeof number, "%d", memory);
  arguments[words++] = binary != NULL ? binary : "cifar-pipe";
  arguments[words++] = "batch";
  while (count-- > 0) arguments[words++] = *options++;
  arguments[words++] = "--format";
  arguments[words++] = "slots";
  arguments[words++] = "--slots-fd";
  arguments[words++] = number;
  arguments[words] = NULL;

  pid_t tool = checked("fork", fork());
  if (tool == 0) {
    dup2(credits[0], STDIN_FILENO);
    dup2(messages[1], STDOUT_FILENO);
    execvp(arguments[0], arguments);
    fprintf(stderr, "slots: %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
  }
  // As long as anyone holds the tool's ends of the pipes, its end is not to be seen.
  close(credits[0]);
  close(messages[1]);
  return tool;
}

// Reads a message, which may come in pieces. Its kind is NOTHING where the stream ends before it is complete.
static struct message receive(int pipe) {
  struct message message;
  for (size_t count = 0; count < sizeof message;) {
    ssize_t got = read(pipe, (char *)&message + count, sizeof message - count);
    if (got == 0) return (struct message){.kind = NOTHING};
    if (got < 0 && errno != EINTR) fail("messages", strerror(errno));
    if (got > 0) count += (size_t)got;
  }
  return message;
}

// Maps header and slots, whose size the header says.
static const struct header *map(int memory) {
  struct header header;
  if (pread(memory, &header, sizeof header, 0) != sizeof header || memcmp(header.magic, "cifar-pipe slots", 16) != 0)
    fail("header", "is none");
  if (header.version != 1) fail("header", "is of another version (expected 1)");
  const void *start = mmap(NULL, header.total_size, PROT_READ, MAP_SHARED, memory, 0);
  if (start == MAP_FAILED) fail("mmap", strerror(errno));
  return start;
}

// The bytes of an element: types are named by their bits, as bfloat16 and int64.
static size_t width(const char *type) { return strtoul(type + strcspn(type, "0123456789"), NULL, 10) / 8; }

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0 && errno != EINTR) fail("standard output", strerror(errno));
    if (written > 0) bytes += written, count -= (size_t)written;
  }
}

// Writes a batch as `--format raw` does: its images, then its labels.
static void write_batch(const struct header *header, const struct message *batch) {
  const char *slot = (const char *)header + header->size + batch->slot * header->stride;
  size_t pixels = (size_t)header->axes[0] * header->axes[1] * header->axes[2];
  write_all(slot, batch->examples * pixels * width(header->image_type));
  write_all(slot + header->labels_offset, batch->examples * header->labels_per_example * width(header->label_type));
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  bool raw = argc > 1 && strcmp(argv[1], "--raw") == 0;
  int memory = checked("memfd_create", memfd_create("batches", MFD_ALLOW_SEALING));
  // Only what is written takes memory, so this is large enough for everything and costs nothing.
  checked("ftruncate", ftruncate(memory, (off_t)1 << 36));
  // Memory that can be cut away would kill the one who reads it.
  checked("seals", fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
  int credits[2], messages[2];
  checked("pipe", pipe2(credits, O_CLOEXEC));
  checked("pipe", pipe2(messages, O_CLOEXEC));
  pid_t tool = start(argc - 1 - raw, argv + 1 + raw, memory, credits, messages);
  // The tool may be gone when the last slots are given back; its messages tell how it ended.
  signal(SIGPIPE, SIG_IGN);

  const struct header *header = NULL;
  uint64_t batches = 0, images = 0, unmeasured = 0;
  double first = 0, warm = 0;
  struct message message = receive(messages[0]);
  if (message.kind == START) {
    header = map(memory);
    first = seconds();
    message = receive(messages[0]);
  }
  for (; message.kind == BATCH || message.kind == END_OF_EPOCH; message = receive(messages[0])) {
    if (message.kind == END_OF_EPOCH) {
      // The first epoch reads the records from the disk: the rate is that of the others, if there are any.
      if (message.epoch == 0) warm = seconds(), unmeasured = images;
      continue;
    }
    if (header == NULL || message.slot >= header->slots || message.examples > header->most_examples)
      fail("message", "names no slot");
    batches += 1;
    images += message.examples;
    if (raw) write_batch(header, &message);
    // From here on the tool writes into the slot again.
    unsigned char credit = (unsigned char)message.slot;
    if (write(credits[1], &credit, 1) < 0 && errno != EPIPE) fail("credits", strerror(errno));
  }
  double end = seconds(), duration = end - first;
  double rate = images > unmeasured ? (double)(images - unmeasured) / (end - (unmeasured > 0 ? warm : first))
                                    : (double)images / duration;
  // At the end of the run the tool waits for this. After an error it ends by itself, and might take it for a wish to end.
  if (message.kind == END_OF_RUN) close(credits[1]);

  int status;
  while (waitpid(tool, &status, 0) < 0) {}
  int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  if (message.kind != END_OF_RUN) {
    // The end of the pipe is no end of the data. With an exit code of its own the tool has said what was wrong.
    if (WIFSIGNALED(status) || code == 0) fprintf(stderr, "slots: the tool ended before the data did\n");
    return code != 0 ? code : EXIT_FAILURE;
  }
  if (!raw)
    printf("batches %" PRIu64 " images %" PRIu64 " seconds %.6f images_per_s %.0f\n", batches, images, duration,
           rate);
  return code;
}
