#include "promotion/progress.h"

namespace syncline::promotion {
namespace {

constexpr std::int64_t kBetween = 2000;  // resources

}  // namespace

Done check_wanted(ProgressSink* sink) {
  if (sink == nullptr || !sink->is_cancelled()) return done();
  return fail(ErrorKind::conflict, "run_cancelled", "The run was cancelled. Nothing of it was applied.");
}

// What is not to be written counts as done from the start.
ProgressCount::ProgressCount(ProgressSink* sink, const Selection& selection, const planning::Plan& plan) : sink_(sink) {
  if (sink_ == nullptr) return;
  for (const planning::Change& change : plan.changes) {
    Progress::Count& step = progress_.steps[static_cast<std::size_t>(selection.snapshot.source[change.resource].kind)];
    const bool to_write = change.action == planning::Action::created || change.action == planning::Action::updated;
    ++step.total;
    ++progress_.all.total;
    if (to_write) continue;
    ++step.done;
    ++progress_.all.done;
  }
  sink_->report(progress_);
}

void ProgressCount::count(Kind kind) {
  Progress::Count& step = progress_.steps[static_cast<std::size_t>(kind)];
  ++step.done;
  ++progress_.all.done;
  ++untold_;
  if (untold_ < kBetween && step.done < step.total) return;
  untold_ = 0;
  sink_->report(progress_);
}

}  // namespace syncline::promotion
