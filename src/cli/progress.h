#pragma once
// A line on a terminal's standard error that shows how far a transfer, or how long a wait, is. Nothing for the first
// second, and nothing where nobody looks.

#include <chrono>
#include <cstdint>

namespace syncline::cli {

class Progress {
 public:
  explicit Progress(bool quiet);
  void update(std::uint64_t done, std::uint64_t total);  // bytes; a total of 0 is unknown
  void end();                                            // clears the line

 private:
  using Time = std::chrono::steady_clock::time_point;
  bool visible_;
  bool drawn_ = false;
  Time started_;
  Time last_;
};

}  // namespace syncline::cli
