#pragma once
// Runs that nobody waits for: a queue and a few threads for them, who follows them, who stops them. Several servers of
// one database do this together: each works on its own, all tell of each other's, and what one that died has left is
// ended by another. The effect of a run is one transaction, which also ends its row: so a run that is not said to have
// succeeded has done nothing.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "access/services.h"
#include "db/notifier.h"
#include "promotion/progress.h"
#include "promotion/report.h"
#include "promotion/runs.h"
#include "runs/event_log.h"

namespace syncline::runs {

struct Settings {
  unsigned workers = 2;      // 0: no threads at all; run_next() does the work
  std::size_t queue = 64;    // runs that may wait for a worker
  TimeMs lease_ms = 15'000;  // a server that is not seen for so long is dead
};

class Center {
 public:
  Center(const Services& services, db::Notifier& notifier, const Settings& settings);
  ~Center();

  // Ends what servers that died have left behind, and begins to work.
  Done start();
  // Takes no more; what runs may end within that time and is stopped then, what waits is ended as interrupted.
  void stop(TimeMs patience_ms);

  using Work = std::function<Result<promotion::Report>(const Services&, const promotion::PromotionRequest&)>;
  // Keeps the run as queued, and lets a worker do it. When its Idempotency-Key stands for one already,
  // that one is given. Errors: those of access/authorise.h; unavailable `overloaded`; invalid `idempotency_key_reused`.
  Result<store::RunRow> submit(promotion::PromotionRequest request, Work work);
  // Does the run that has waited longest; false when there is none.
  bool run_next();

  // Lets the webhooks be told of the runs that have ended; false when none had.
  Result<bool> tell_webhooks();
  // Ends the feeds of who may no longer see the run, and tells of ends that we did not hear of.
  Done check_followers();

  // How far a run has come, as JSON: {step, done, total, steps}.
  std::string progress_of(const Uuid& run) const;
  // The events after that number, from now until its end, for somebody who may see it. Without a value: all of them
  // have been seen. Errors: those of promotion::get_run; unavailable `overloaded`.
  Result<std::optional<std::shared_ptr<Feed>>> follow(const Principal& who, const Uuid& id, std::int64_t after);
  // Asks that the run stop before it commits. Errors: those of promotion::get_run; forbidden `role_required`; conflict
  // `run_finished`.
  Result<store::RunRow> cancel(const Principal& who, const Uuid& id);

 private:
  class Job;
  using JobPointer = std::shared_ptr<Job>;

  JobPointer take_next();
  JobPointer take_waiting(const Uuid& id);
  Done perform(Job& job);
  Done end(Job& job, const Error& error);
  void forget(const Job& job);
  void announce_end(const store::RunRow& run);
  void publish(const Uuid& run, const Event& event);
  void hear(std::string_view topic, std::string_view message);
  void hear_event(std::string_view message);
  void hear_cancel(std::string_view message);

  void work();
  void watch();
  Done beat();
  Done end_orphans();

  const Services& services_;
  db::Notifier& notifier_;
  const Settings settings_;
  const Uuid server_;
  const bool shared_;  // other servers may be at work on the database
  EventLog log_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Uuid, JobPointer> jobs_;  // all that are not ended
  std::deque<JobPointer> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  std::shared_ptr<void> subscription_;  // last: nothing is heard once the rest goes
};

}  // namespace syncline::runs
