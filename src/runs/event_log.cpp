#include "runs/event_log.h"

#include <algorithm>
#include <utility>

namespace syncline::runs {
namespace {

constexpr std::size_t kKept = 64;           // events of a run: each says all there is to say
constexpr TimeMs kKeptMs = 60'000;          // after the end, for who comes back
constexpr TimeMs kForgottenMs = 3'600'000;  // without a word and without a follower
constexpr std::size_t kMostFollowers = 2000;

std::string as_text(const Event& event) {
  return "id: " + std::to_string(event.id) + "\nevent: " + event.name + "\ndata: " + event.data + "\n\n";
}

}  // namespace

void EventLog::add(const Uuid& run, const Event& event, TimeMs now) {
  const std::lock_guard lock(mutex_);
  Run& known = runs_[run];
  if (known.ended || (!known.events.empty() && event.id <= known.events.back().id)) return;
  known.heard_at = now;
  known.ended = event.name == "finished";
  known.events.push_back(event);
  if (known.events.size() > kKept) known.events.pop_front();
  const std::string text = as_text(event);
  for (const Follower& follower : known.followers) {
    follower.feed->push(text);
    if (known.ended) follower.feed->end();
  }
}

std::optional<Event> EventLog::last(const Uuid& run, const char* name) const {
  const std::lock_guard lock(mutex_);
  const auto known = runs_.find(run);
  if (known == runs_.end()) return std::nullopt;
  const std::deque<Event>& events = known->second.events;
  const auto found =
      std::find_if(events.rbegin(), events.rend(), [&](const Event& event) { return event.name == name; });
  return found == events.rend() ? std::nullopt : std::optional(*found);
}

std::int64_t EventLog::last_id(const Uuid& run) const {
  const std::lock_guard lock(mutex_);
  const auto known = runs_.find(run);
  return known == runs_.end() || known->second.events.empty() ? 0 : known->second.events.back().id;
}

bool EventLog::follow(Follower follower, std::int64_t after) {
  const std::lock_guard lock(mutex_);
  if (followers_ >= kMostFollowers) return false;
  Run& known = runs_[follower.run.id];
  for (const Event& event : known.events) {
    if (event.id > after) follower.feed->push(as_text(event));
  }
  if (known.ended) {
    follower.feed->end();
    return true;
  }
  known.followers.push_back(std::move(follower));
  ++followers_;
  return true;
}

std::vector<Follower> EventLog::followers() const {
  const std::lock_guard lock(mutex_);
  std::vector<Follower> all;
  for (const auto& [id, run] : runs_) all.insert(all.end(), run.followers.begin(), run.followers.end());
  return all;
}

void EventLog::tidy(TimeMs now) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, run] : runs_) {
    // Nobody else holds the feed of an answer that could not even be begun.
    const auto gone = [&](const Follower& follower) {
      return run.ended || follower.feed.use_count() == 1 || !follower.feed->has_reader();
    };
    followers_ -= std::erase_if(run.followers, gone);
  }
  std::erase_if(runs_, [&](const auto& entry) {
    const Run& run = entry.second;
    return run.followers.empty() && run.heard_at < now - (run.ended ? kKeptMs : kForgottenMs);
  });
}

void EventLog::close() {
  const std::lock_guard lock(mutex_);
  for (auto& [id, run] : runs_) {
    for (const Follower& follower : run.followers) follower.feed->end();
  }
}

}  // namespace syncline::runs
