#pragma once
// The HTTP/1.1 server: event loops read and write, a worker pool runs the handlers.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace syncline::http {

struct Limits {
  std::size_t body = std::size_t{1} << 20;  // For a request when there is no body policy.
  std::size_t header_bytes = 16 * 1024;     // All field lines together.
  std::size_t header_fields = 64;
  std::size_t target = 8192;
  int header_timeout_ms = 10'000;    // For the whole head, from its first byte.
  int idle_timeout_ms = 60'000;      // Between two requests.
  std::size_t min_body_rate = 1024;  // Bytes a second on average, after the grace; our own pauses do not count.
  int body_grace_ms = 5'000;
  int write_timeout_ms = 30'000;    // Without the client taking a single byte.
  int event_heartbeat_ms = 10'000;  // Without an event to send.
  unsigned loops = 0;               // 0: one a core.
  unsigned workers = 0;             // 0: two a core, at least 4.
  std::size_t queue = 256;          // Requests waiting for a worker; streamed uploads have a queue of their own.
  std::size_t connections = 4096;
  int drain_ms = 10'000;
};

// How the body of a request is to be read.
struct BodyPlan {
  bool stream = false;  // The handler starts at once and pulls the body through request.stream.
  std::uint64_t limit = std::uint64_t{1} << 20;
};

using Handler = std::function<Response(Request&)>;

// Called on the loop for every request whose head has been read: it must be cheap.
using BodyPolicy = std::function<BodyPlan(const Request&)>;

// Makes the answer to a protocol error, and to a handler that threw. Called on loops and workers: it must be cheap. The
// request is empty when its head was not understood. Codes: malformed_request, truncated_body, request_timeout,
// expectation_failed, headers_too_large, target_too_long, body_too_large, overloaded, internal.
using ErrorResponder = std::function<Response(const Error&, const Request&)>;

class Listener {
 public:
  // Port 0 takes a free one.
  static Result<std::unique_ptr<Listener>> start(const std::string& host, std::uint16_t port, Limits limits,
                                                 Handler handler, BodyPolicy policy, ErrorResponder responder);
  ~Listener();

  std::uint16_t port() const;

  // Stops accepting, lets what is in flight finish within drain_ms, then cuts the rest. A handler cannot be cut: this
  // waits for the running ones to return. May be called again, and from any thread but a handler's.
  void stop();

  class Engine;

 private:
  explicit Listener(std::unique_ptr<Engine> engine);

  std::unique_ptr<Engine> engine_;
};

}  // namespace syncline::http
