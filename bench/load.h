#pragma once
// Requests over loopback from many connections at once, each kept open.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "access/services.h"
#include "http/dispatch.h"
#include "http/listener.h"
#include "model/principal.h"

namespace syncline::bench {

struct LoadPlan {
  std::string method;
  std::vector<std::string> paths;
  int connections = 64;
  int seconds = 3;
};

struct Load {
  double per_second = 0;
  double median_ms = 0;
  double p99_ms = 0;
  std::int64_t requests = 0;
  int connections = 0;
};

// The real listener, routes and handlers over a database that is open already.
class HttpServer {
 public:
  HttpServer(Services& services, const Principal& owner);
  // Every answer must be 200. A PATCH changes the description each time.
  Load run(const LoadPlan& plan) const;

 private:
  http::Dispatcher dispatcher_;
  std::unique_ptr<http::Listener> listener_;
  std::string token_;
};

}  // namespace syncline::bench
