#include "app/housekeeper.h"

#include <algorithm>
#include <chrono>

#include "base/json.h"
#include "store/leases.h"
#include "upkeep/sweep.h"

namespace syncline::app {
namespace {

constexpr std::string_view kLease = "sweep";
constexpr TimeMs kShortestLease = 10'000;
constexpr TimeMs kLongestLease = 600'000;

}  // namespace

Housekeeper::Housekeeper(const Services& services, const HousekeeperRules& rules,
                         std::function<void(const std::string&)> tell)
    : services_(services), rules_(rules), tell_(std::move(tell)), id_(make_uuid7(services.clock())) {
  if (rules_.every_ms > 0) thread_ = std::thread([this] { run(); });
}

Housekeeper::~Housekeeper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, std::chrono::milliseconds(rules_.every_ms), [this] { return stop_; })) {
    lock.unlock();
    sweep_if_it_is_ours();
    lock.lock();
  }
}

bool Housekeeper::go_on() {
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return false;
  }
  const TimeMs length = std::clamp(2 * rules_.every_ms, kShortestLease, kLongestLease);
  const auto taken = store::take_lease(services_.database, kLease, id_, services_.clock(), length);
  return taken.ok() && taken.value();
}

void Housekeeper::sweep_if_it_is_ours() {
  if (!go_on()) return;
  const auto swept = upkeep::sweep(services_, {.grace_ms = rules_.grace_ms, .go_on = [this] { return go_on(); }});
  if (!swept.ok()) {
    tell_(json::write(json::Object{{"sweep", swept.error().code}, {"context", swept.error().context}}));
  } else if (const upkeep::Swept& s = swept.value();
             s.marked + s.bodies + s.lineages + s.blobs + s.sessions + s.plans > 0) {
    tell_(json::write(json::Object{{"sweep", "done"},
                                   {"marked", s.marked},
                                   {"bodies", s.bodies},
                                   {"lineages", s.lineages},
                                   {"blobs", s.blobs},
                                   {"sessions", s.sessions},
                                   {"plans", s.plans}}));
  }
  // Another server may be the next. A lease that stays behind ends by itself.
  (void)store::release_lease(services_.database, kLease, id_).ok();
}

}  // namespace syncline::app
