// What Linux and Darwin have in the same form.
#ifdef __linux__
#define _GNU_SOURCE
#endif
#include <sys/resource.h>

#include "system_calls.h"

cp_started_thread cp_thread_start(size_t stack_size, void *(*body)(void *), void *argument) {
  cp_started_thread started = {0};
  pthread_attr_t attributes;
  started.failure = pthread_attr_init(&attributes);
  if (started.failure != 0) return started;
  started.failure = pthread_attr_setstacksize(&attributes, stack_size);
  if (started.failure == 0) started.failure = pthread_create(&started.thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return started;
}

int cp_thread_key_create(pthread_key_t *key, void (*end)(void *value)) { return pthread_key_create(key, end); }

bool cp_signal_is_ignored(int number) {
  struct sigaction current;
  return sigaction(number, NULL, &current) == 0 && current.sa_handler == SIG_IGN;
}

static void do_nothing(int number) { (void)number; }

void cp_signal_only_interrupts(int number) {
  struct sigaction action = {.sa_handler = do_nothing};
  sigaction(number, &action, NULL);
}

int cp_terminal_size(int descriptor, struct winsize *size) { return ioctl(descriptor, TIOCGWINSZ, size); }

uint64_t cp_process_limit(cp_limit limit) {
  struct rlimit found;
  const int resource = limit == CP_LIMIT_ADDRESS_SPACE ? RLIMIT_AS : RLIMIT_DATA;
  if (getrlimit(resource, &found) != 0 || found.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return found.rlim_cur;
}
