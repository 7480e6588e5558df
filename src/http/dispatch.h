#pragma once
// From a request to its endpoint: route, authentication, role, query, body. What an endpoint is given has passed all.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "http/api.h"
#include "http/listener.h"

namespace syncline::http {

// One answered request, for the log. No query, no body, no token: they may hold secrets.
struct Answered {
  std::string request_id;
  std::string method;
  std::string path;
  std::string tenant = {};
  int status = 0;
  std::int64_t took_ms = 0;
  std::string code = {};     // of an error
  std::string context = {};  // of an error
};
using AnswerLog = std::function<void(const Answered&)>;

class Dispatcher {
 public:
  Dispatcher(Services& services, std::span<const Route> routes, AnswerLog log, std::size_t body_limit);

  Response handle(Request& request) const;
  BodyPlan plan(const Request& request) const;

 private:
  struct Pattern {
    const Route* route;
    std::vector<std::string_view> segments;
  };
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> values;
    std::string allowed;  // methods that the path knows, when `route` is none
  };
  Match match(std::string_view method, std::string_view path) const;
  Result<Response> answer(Request& request, const std::string& request_id, std::string& tenant) const;

  Services& services_;
  std::vector<Pattern> patterns_;
  AnswerLog log_;
  std::size_t body_limit_;
};

}  // namespace syncline::http
