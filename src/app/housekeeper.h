#pragma once
// The thread of a server that sweeps now and then: one server at a time does it for all that share the database.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "access/services.h"

namespace syncline::app {

struct HousekeeperRules {
  TimeMs every_ms = 0;  // 0: never
  TimeMs grace_ms = 0;
};

class Housekeeper {
 public:
  // `tell` gets a line of JSON after each sweep that did something or failed.
  Housekeeper(const Services& services, const HousekeeperRules& rules, std::function<void(const std::string&)> tell);
  ~Housekeeper();  // waits until a sweep that is under way has stopped
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  void run();
  void sweep_if_it_is_ours();
  bool go_on();  // keeps the lease

  const Services& services_;
  HousekeeperRules rules_;
  std::function<void(const std::string&)> tell_;
  Uuid id_;  // of this process, for the lease
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace syncline::app
