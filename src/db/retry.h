#pragma once
// Runs a verb again when the database says that it has done nothing: it collided with another writer, or the connection
// was lost before the commit. The verb must be one transaction.

#include <chrono>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace syncline::db {

inline constexpr int kMostTries = 6;

inline bool has_done_nothing(const Error& error) {
  return error.code == "database_collision" || error.code == "database_unreachable";
}

// The pauses double, 1.5 s in all: a database that restarts is back within that or answers 503.
template <typename Verb>
auto with_retries(Verb verb) -> decltype(verb()) {
  std::chrono::milliseconds pause(50);
  for (int tries = 1;; ++tries, pause *= 2) {
    auto result = verb();
    if (result.ok() || tries == kMostTries || !has_done_nothing(result.error())) return result;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace syncline::db
