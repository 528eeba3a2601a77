#define _GNU_SOURCE
#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

// The parts of libcurl's interface that are used here. The numbers have been the same since they were
// introduced; libcurl promises them for the life of libcurl.so.4 (curl/curl.h, curl/multi.h).
typedef void CURL;
typedef void CURLM;
struct curl_slist;
typedef struct {
  int msg;
  CURL *easy;
  union {
    void *whatever;
    int result;
  } data;
} CURLMsg;

enum {
  OPT_URL = 10002,
  OPT_PROXY = 10004,
  OPT_ERRORBUFFER = 10010,
  OPT_USERAGENT = 10018,
  OPT_HTTPHEADER = 10023,
  OPT_WRITEDATA = 10001,
  OPT_HEADERDATA = 10029,
  OPT_CAINFO = 10065,
  OPT_DEBUGDATA = 10095,
  OPT_CAPATH = 10097,
  OPT_NOPROXY = 10177,
  OPT_WRITEFUNCTION = 20011,
  OPT_HEADERFUNCTION = 20079,
  OPT_DEBUGFUNCTION = 20094,
  OPT_VERBOSE = 41,
  OPT_FOLLOWLOCATION = 52,
  OPT_HTTP_VERSION = 84,
  OPT_BUFFERSIZE = 98,
  OPT_NOSIGNAL = 99,
  OPT_IGNORE_CONTENT_LENGTH = 136,
  OPT_CONNECTTIMEOUT_MS = 156,
  OPT_PROTOCOLS = 181,
  OPT_SUPPRESS_CONNECT_HEADERS = 265,
  PROTO_HTTP = 1 << 0,
  PROTO_HTTPS = 1 << 1,
  HTTP_VERSION_1_1 = 2,
  GLOBAL_DEFAULT = 3,
  MSG_DONE = 1,
  INFO_HEADER_IN = 1,
  INFO_HEADER_OUT = 2,
};

// Result codes of a transfer that are told apart (CURLcode in curl/curl.h).
enum {
  RESULT_OK = 0,
  RESULT_NO_PROXY_HOST = 5,
  RESULT_NO_HOST = 6,
  RESULT_NO_CONNECTION = 7,
  RESULT_WEIRD_REPLY = 8,
  RESULT_HTTP2 = 16,
  RESULT_PARTIAL_FILE = 18,
  RESULT_WRITE_ERROR = 23,
  RESULT_TIMED_OUT = 28,
  RESULT_TLS_CONNECT = 35,
  RESULT_NOTHING_RECEIVED = 52,
  RESULT_SEND_ERROR = 55,
  RESULT_RECEIVE_ERROR = 56,
  RESULT_PEER_CERTIFICATE = 60,
  RESULT_BAD_CA_FILE = 77,
  RESULT_TLS_ISSUER = 83,
};

#define ERROR_SIZE 256    // CURL_ERROR_SIZE
#define TICK_MS 100       // the longest sleep between two ticks
#define BUFFER_SIZE (256L << 10)

static struct {
  int (*global_init)(long);
  const char *(*version)(void);
  CURL *(*easy_init)(void);
  int (*easy_setopt)(CURL *, int, ...);
  const char *(*easy_strerror)(int);
  void (*easy_cleanup)(CURL *);
  CURLM *(*multi_init)(void);
  int (*multi_add)(CURLM *, CURL *);
  int (*multi_perform)(CURLM *, int *);
  int (*multi_poll)(CURLM *, void *, unsigned, int, int *);
  CURLMsg *(*multi_info)(CURLM *, int *);
  int (*multi_remove)(CURLM *, CURL *);
  int (*multi_cleanup)(CURLM *);
  struct curl_slist *(*append)(struct curl_slist *, const char *);
  void (*free_all)(struct curl_slist *);
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char load_failure[256];

static int find(void *library, const char *name, void **function) {
  *function = dlsym(library, name);
  if (*function) return 1;
  snprintf(load_failure, sizeof load_failure, "this libcurl has no %s", name);
  return 0;
}

static void load(void) {
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(load_failure, sizeof load_failure, "neither libcurl.so.4 nor libcurl-gnutls.so.4 is installed");
    return;
  }
#define FIND(member, name) find(library, name, (void **)&curl.member)
  int complete = FIND(global_init, "curl_global_init") && FIND(version, "curl_version") &&
                 FIND(easy_init, "curl_easy_init") && FIND(easy_setopt, "curl_easy_setopt") &&
                 FIND(easy_strerror, "curl_easy_strerror") && FIND(easy_cleanup, "curl_easy_cleanup") &&
                 FIND(multi_init, "curl_multi_init") && FIND(multi_add, "curl_multi_add_handle") &&
                 FIND(multi_perform, "curl_multi_perform") && FIND(multi_poll, "curl_multi_poll") &&
                 FIND(multi_info, "curl_multi_info_read") && FIND(multi_remove, "curl_multi_remove_handle") &&
                 FIND(multi_cleanup, "curl_multi_cleanup") && FIND(append, "curl_slist_append") &&
                 FIND(free_all, "curl_slist_free_all");
#undef FIND
  if (complete && curl.global_init(GLOBAL_DEFAULT) != RESULT_OK)
    snprintf(load_failure, sizeof load_failure, "libcurl cannot be initialised");
}

const char *ccurl_load(void) {
  pthread_once(&once, load);
  return load_failure[0] ? load_failure : NULL;
}

const char *ccurl_version(void) { return curl.version ? curl.version() : NULL; }

// libcurl hands (bytes, 1, length, context); the callers of this file get three arguments.
static size_t pass_header(char *bytes, size_t size, size_t count, void *context) {
  const struct ccurl_request *request = context;
  return request->header(bytes, size * count, request->context);
}

static size_t pass_body(char *bytes, size_t size, size_t count, void *context) {
  const struct ccurl_request *request = context;
  return request->body(bytes, size * count, request->context);
}

// What else libcurl tells is for those who look for faults in it.
static int pass_line(CURL *easy, int kind, char *bytes, size_t length, void *context) {
  (void)easy;
  const struct ccurl_request *request = context;
  if (kind == INFO_HEADER_IN || kind == INFO_HEADER_OUT)
    request->line(bytes, length, kind == INFO_HEADER_IN, request->context);
  return 0;
}

static int prepare(CURL *easy, const struct ccurl_request *request, struct curl_slist *headers, char *error) {
  int result = 0;
#define SET(option, value) result |= curl.easy_setopt(easy, option, value)
  SET(OPT_ERRORBUFFER, error);
  SET(OPT_URL, request->url);
  SET(OPT_HTTPHEADER, headers);
  SET(OPT_USERAGENT, request->user_agent);
  // Set even when empty: otherwise libcurl reads the environment.
  SET(OPT_PROXY, request->proxy);
  SET(OPT_NOPROXY, request->no_proxy);
  if (request->ca_file) SET(OPT_CAINFO, request->ca_file);
  if (request->ca_directory) SET(OPT_CAPATH, request->ca_directory);
  SET(OPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
  SET(OPT_HEADERFUNCTION, pass_header);
  SET(OPT_HEADERDATA, (void *)request);
  SET(OPT_WRITEFUNCTION, pass_body);
  SET(OPT_WRITEDATA, (void *)request);
  SET(OPT_FOLLOWLOCATION, 0L);
  SET(OPT_PROTOCOLS, (long)(PROTO_HTTP | PROTO_HTTPS));
  SET(OPT_HTTP_VERSION, (long)HTTP_VERSION_1_1);
  // Not with signals: they are the program's, and other threads run.
  SET(OPT_NOSIGNAL, 1L);
  SET(OPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // libcurl would silently drop what exceeds the announced length; the caller wants to see and refuse it.
  SET(OPT_IGNORE_CONTENT_LENGTH, 1L);
  if (request->line) {
    SET(OPT_DEBUGFUNCTION, pass_line);
    SET(OPT_DEBUGDATA, (void *)request);
    SET(OPT_VERBOSE, 1L);
  }
#undef SET
  // A refused size leaves libcurl's own, which is only slower.
  curl.easy_setopt(easy, OPT_BUFFERSIZE, request->buffer_size > 0 ? request->buffer_size : BUFFER_SIZE);
  return result;
}

static enum ccurl_outcome outcome_of(int result) {
  switch (result) {
    case RESULT_OK:
      return CCURL_ENDED;
    case RESULT_WRITE_ERROR:
      return CCURL_STOPPED;
    case RESULT_NO_PROXY_HOST:
    case RESULT_NO_HOST:
      return CCURL_CANNOT_RESOLVE;
    case RESULT_NO_CONNECTION:
    case RESULT_TIMED_OUT:
      return CCURL_CANNOT_CONNECT;
    case RESULT_PEER_CERTIFICATE:
    case RESULT_BAD_CA_FILE:
    case RESULT_TLS_ISSUER:
      return CCURL_CERTIFICATE;
    case RESULT_WEIRD_REPLY:
    case RESULT_HTTP2:
    case RESULT_PARTIAL_FILE:
    case RESULT_TLS_CONNECT:
    case RESULT_NOTHING_RECEIVED:
    case RESULT_SEND_ERROR:
    case RESULT_RECEIVE_ERROR:
      return CCURL_BROKEN;
    default:
      return CCURL_OTHER;
  }
}

// TLS libraries write to a connection that is gone without MSG_NOSIGNAL, and the signal would end the
// program. It is held back on this thread, and taken away if it was not pending before.
struct held_signal {
  sigset_t before;
  int was_pending;
};

static struct held_signal hold_sigpipe(void) {
  struct held_signal held;
  sigset_t pipe_only, pending;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  sigpending(&pending);
  held.was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_only, &held.before);
  return held;
}

static void release_sigpipe(struct held_signal held) {
  sigset_t pipe_only;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  struct timespec at_once = {0, 0};
  if (!held.was_pending) sigtimedwait(&pipe_only, NULL, &at_once);
  pthread_sigmask(SIG_SETMASK, &held.before, NULL);
}

// Runs the transfer to its end. Own turns instead of curl_easy_perform: that one looks up from its sleep
// only once a second, which is too slow for a program that was asked to end.
static enum ccurl_outcome drive(CURLM *multi, const struct ccurl_request *request, int *result) {
  for (;;) {
    int running = 0;
    if (curl.multi_perform(multi, &running) != 0) return CCURL_OTHER;
    int left = 0;
    for (CURLMsg *message; (message = curl.multi_info(multi, &left));)
      if (message->msg == MSG_DONE) {
        *result = message->data.result;
        return outcome_of(*result);
      }
    if (!running) return CCURL_OTHER;
    if (!request->tick(request->context)) return CCURL_STOPPED;
    if (curl.multi_poll(multi, NULL, 0, TICK_MS, NULL) != 0) return CCURL_OTHER;
  }
}

enum ccurl_outcome ccurl_perform(const struct ccurl_request *request, char *detail, size_t detail_size) {
  char error[ERROR_SIZE] = "";
  int result = RESULT_OK;
  enum ccurl_outcome outcome = CCURL_OTHER;
  struct curl_slist *headers = NULL;
  int listed = 1;
  for (size_t i = 0; listed && i < request->header_count; i++) {
    struct curl_slist *longer = curl.append(headers, request->headers[i]);
    listed = longer != NULL;
    if (longer) headers = longer;
  }
  struct held_signal held = hold_sigpipe();
  CURL *easy = curl.easy_init();
  CURLM *multi = curl.multi_init();
  snprintf(detail, detail_size, "libcurl is out of memory");
  if (listed && easy && multi) {
    detail[0] = 0;
    if (prepare(easy, request, headers, error) != 0)
      snprintf(detail, detail_size, "libcurl refuses an option");
    else if (curl.multi_add(multi, easy) == 0) {
      outcome = drive(multi, request, &result);
      curl.multi_remove(multi, easy);
    }
    if (outcome != CCURL_ENDED && outcome != CCURL_STOPPED && !detail[0])
      snprintf(detail, detail_size, "%s", error[0] ? error : curl.easy_strerror(result));
  }
  if (easy) curl.easy_cleanup(easy);
  if (multi) curl.multi_cleanup(multi);
  curl.free_all(headers);
  release_sigpipe(held);
  return outcome;
}
