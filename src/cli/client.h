#pragma once
// Calls to a server's API. A problem document comes back as the Error it was made from.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace syncline::cli {

struct Connection {
  std::string server;  // "http://127.0.0.1:8080"
  std::string token;   // "" before signing in
  long timeout_s = 300;
  bool quiet = false;                // no progress
  std::string idempotency_key = {};  // sent with every POST: the same key never has its effect twice
};

class Client {
 public:
  explicit Client(Connection connection);
  ~Client();

  // Errors: unavailable `unreachable`; what the server answers; internal `bad_answer`.
  Result<json::Value> call(std::string_view method, const std::string& path,
                           const std::optional<std::string>& body = std::nullopt,
                           const std::vector<std::string>& headers = {});
  Result<json::Value> get(const std::string& path) { return call("GET", path); }
  // `headers`: lines such as "Prefer: respond-async".
  Result<json::Value> send(std::string_view method, const std::string& path, const json::Value& body,
                           const std::vector<std::string>& headers = {}) {
    return call(method, path, json::write(body), headers);
  }
  // The answer word for word: bodies are shown as they were written.
  Result<std::string> get_text(const std::string& path);
  // Gives each line of a stream of events to `take` until the server ends it.
  Done follow(const std::string& path, const std::function<void(std::string_view)>& take,
              const std::vector<std::string>& headers = {});
  // The items of all pages.
  Result<json::Array> list(const std::string& path);

  // Streams a file; a bar shows on a terminal once it takes more than a second. Error too: invalid `file`.
  Result<json::Value> upload(const std::string& path, const std::string& file, const std::string& media_type);
  Done download(const std::string& path, const std::string& file);

 private:
  class Call;
  Connection connection_;
};

// Percent-encoded, as a segment of a path or a value of a query.
std::string encode(std::string_view text);

}  // namespace syncline::cli
