#pragma once
// A request and its answer as handlers see them. No Boost here: handlers compile fast.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/feed.h"
#include "base/result.h"

namespace syncline::http {

struct Header {
  std::string name;
  std::string value;
};

// Field names are ASCII and case means nothing in them.
inline bool same_name(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

// The body of a request that is still arriving. Only the handler's own thread may read it.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  // Waits for some of the body; 0 at its end. An error is final: malformed (truncated_body, malformed_request,
  // request_timeout), too_large (body_too_large) or unavailable (shutting_down).
  virtual Result<std::size_t> read(char* buffer, std::size_t capacity) = 0;

  // Empty when the client did not say (chunked).
  virtual std::optional<std::uint64_t> content_length() const = 0;
};

struct Request {
  std::string method;
  std::string target;  // As sent.
  std::string path;    // Percent-encoding left as it is, without the query.
  std::string query;   // Without the question mark.
  std::vector<Header> headers;
  std::string body;
  std::string remote;            // The peer's address, without its port.
  BodyReader* stream = nullptr;  // Set when the body plan says stream; gone once the handler has returned.

  // The first of that name, "" when there is none.
  std::string_view header(std::string_view name) const {
    for (const Header& each : headers) {
      if (same_name(each.name, name)) return each.value;
    }
    return {};
  }

  std::size_t count(std::string_view name) const {
    const auto named = [&](const Header& each) { return same_name(each.name, name); };
    return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), named));
  }
};

// Date, Connection, Content-Length and Transfer-Encoding are the listener's to say: they are dropped from `headers`.
struct Response {
  int status = 200;
  std::vector<Header> headers = {};
  std::string body = {};

  // Gives the next piece of a long answer, "" at the end; used instead of `body`. It runs on the worker pool, one call
  // at a time, each only when the piece before has been sent. The request outlives it; request.stream does not.
  std::function<Result<std::string>()> producer = {};
  std::optional<std::uint64_t> producer_length = {};  // Without it the answer is chunked.

  // Others write the answer while it lasts, as server-sent events; used instead of `body`. It holds no worker. A client
  // that does not keep up is cut off; a comment is sent when there was nothing to say for a while.
  std::shared_ptr<Feed> feed = {};
  bool close = false;  // Ends the connection after this answer.

  void set(std::string_view name, std::string value) {
    for (Header& each : headers) {
      if (same_name(each.name, name)) {
        each.value = std::move(value);
        return;
      }
    }
    headers.push_back({std::string(name), std::move(value)});
  }
};

}  // namespace syncline::http
