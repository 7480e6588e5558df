#pragma once
// What a promotion tells while it lasts, and what it asks: whether it is still wanted.

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/kinds.h"
#include "planning/make_plan.h"
#include "promotion/select.h"

namespace syncline::promotion {

// How many of the resources that a plan lists are done, in all and by kind.
struct Progress {
  struct Count {
    std::int64_t done = 0;
    std::int64_t total = 0;
  };
  Count all;
  std::array<Count, kKinds.size()> steps{};
};

class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  // Called when the plan is made, when a kind is done, and every few thousand resources between: it must be cheap.
  virtual void report(const Progress& progress) = 0;
  virtual bool is_cancelled() = 0;
};

// Error: conflict `run_cancelled`, when a sink says so.
Done check_wanted(ProgressSink* sink);

// Counts the resources of a plan as they are written. Without a sink it does nothing.
class ProgressCount {
 public:
  ProgressCount(ProgressSink* sink, const Selection& selection, const planning::Plan& plan);
  void wrote(Kind kind) {
    if (sink_ != nullptr) count(kind);
  }

 private:
  void count(Kind kind);

  ProgressSink* sink_;
  Progress progress_;
  std::int64_t untold_ = 0;
};

}  // namespace syncline::promotion
