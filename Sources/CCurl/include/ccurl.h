// One HTTP or HTTPS transfer through the system's libcurl, which is loaded at the first use.
//
// Nothing here is linked against libcurl and no header of it is needed to build, so that a program that
// downloads nothing does not pay for the thirty libraries behind it.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Takes `length` bytes; returns `length` to go on and any other number to end the transfer.
typedef size_t (*ccurl_bytes)(const char *bytes, size_t length, void *context);

/// Called at every turn of the transfer, at least ten times a second; returns 0 to end the transfer.
typedef int (*ccurl_tick)(void *context);

/// Takes `length` bytes of a head that is sent, or received if `is_received`.
typedef void (*ccurl_line)(const char *bytes, size_t length, int is_received, void *context);

/// What to ask for. Strings end with NUL and are copied; those marked "or NULL" may be missing.
struct ccurl_request {
  /// An `http` or `https` URL.
  const char *url;
  /// Header lines such as "Range: bytes=10-", `header_count` of them.
  const char *const *headers;
  size_t header_count;
  /// The proxy's URL; "" for none. The environment is never looked at.
  const char *proxy;
  /// Hosts reached without the proxy, separated by commas; "" for none.
  const char *no_proxy;
  /// A file of trusted certificates in PEM form, or NULL for libcurl's own.
  const char *ca_file;
  /// A directory of trusted certificates, or NULL for libcurl's own.
  const char *ca_directory;
  const char *user_agent;
  /// Milliseconds until a connection must stand, name look-up and TLS handshake included.
  long connect_timeout_ms;
  /// The most bytes that are read, and handed over, at a time; 0 for as many as is good for the speed.
  long buffer_size;
  /// Receives each line of the requests and responses as they go, with its line end, also those to a proxy; or NULL.
  ccurl_line line;
  /// Receives each header line with its line end, those of interim responses too.
  ccurl_bytes header;
  /// Receives the body as it comes, undecoded but for the transfer coding.
  ccurl_bytes body;
  ccurl_tick tick;
  void *context;
};

/// How a transfer ended.
enum ccurl_outcome {
  /// The server ended its response; whether the response was whole is for the caller to judge.
  CCURL_ENDED = 0,
  /// A callback ended the transfer.
  CCURL_STOPPED,
  CCURL_CANNOT_RESOLVE,
  CCURL_CANNOT_CONNECT,
  /// No TLS connection: the certificate is not valid, not for this host, or not trusted.
  CCURL_CERTIFICATE,
  /// The connection broke or spoke no HTTP.
  CCURL_BROKEN,
  /// Anything else; the detail says what.
  CCURL_OTHER,
};

/// Loads libcurl unless it is loaded already, from any thread.
///
/// Returns NULL on success, else why it could not be loaded; the text stays valid.
const char *ccurl_load(void);

/// The version of the loaded libcurl, such as "libcurl/7.88.1 OpenSSL/3.0.19"; NULL before loading.
const char *ccurl_version(void);

/// Performs one request and returns when it has ended; redirects are not followed.
///
/// `ccurl_load` must have succeeded. `detail` receives libcurl's words for a failure, cut to `detail_size`
/// bytes with the final NUL.
enum ccurl_outcome ccurl_perform(const struct ccurl_request *request, char *detail, size_t detail_size);
