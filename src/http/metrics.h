#pragma once
// Counters of this process for Prometheus. No tenant, no path: both have no bound.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace syncline::http {

class Metrics {
 public:
  void count(int status, std::int64_t took_ms);
  // The text format, version 0.0.4.
  std::string text() const;

 private:
  static constexpr std::array<std::int64_t, 7> kBoundsMs = {1, 5, 25, 100, 500, 2500, 10'000};
  std::array<std::atomic<std::uint64_t>, 6> by_class_{};                    // 1xx to 5xx, by the first digit
  std::array<std::atomic<std::uint64_t>, kBoundsMs.size() + 1> by_time_{};  // the last one: longer than all bounds
  std::atomic<std::uint64_t> sum_ms_ = 0;
};

// The process has one.
Metrics& metrics();

}  // namespace syncline::http
