#pragma once
// The events of runs that this process has heard of lately, and who follows them. Each run's events are numbered from 1
// by the server that works on it; here they only ever go forward.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/feed.h"
#include "model/principal.h"
#include "store/runs.h"

namespace syncline::runs {

struct Event {
  std::int64_t id = 0;
  std::string name;  // "progress", "finished"
  std::string data;  // JSON
};

// Somebody who is being told, and by what right.
struct Follower {
  Principal who;
  store::RunRow run;
  std::shared_ptr<Feed> feed;
};

// Thread-safe.
class EventLog {
 public:
  // Drops what is not newer than what it has, and whatever comes after the end.
  void add(const Uuid& run, const Event& event, TimeMs now);
  // What the last one said; nothing when none was heard.
  std::optional<Event> last(const Uuid& run, const char* name) const;
  std::int64_t last_id(const Uuid& run) const;

  // Gives the follower what comes after the event `after`. False when there are too many followers.
  bool follow(Follower follower, std::int64_t after);
  std::vector<Follower> followers() const;

  // Lets go of readers that have left and of runs that ended a while ago.
  void tidy(TimeMs now);
  // Ends all feeds.
  void close();

 private:
  struct Run {
    std::deque<Event> events;  // the last few
    TimeMs heard_at = 0;
    bool ended = false;
    std::vector<Follower> followers;
  };
  mutable std::mutex mutex_;
  std::map<Uuid, Run> runs_;
  std::size_t followers_ = 0;
};

}  // namespace syncline::runs
