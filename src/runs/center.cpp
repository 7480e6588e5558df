#include "runs/center.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "access/authorise.h"
#include "base/json.h"
#include "notify/webhooks.h"
#include "promotion/approvals.h"
#include "promotion/plans.h"
#include "promotion/repeated.h"
#include "store/people.h"

namespace syncline::runs {
namespace {

constexpr std::chrono::seconds kRound{1};  // between two looks at followers and leases
constexpr TimeMs kBetweenReportsMs = 200;
constexpr std::size_t kMostWaitingText = 64 * 1024;  // bytes for a follower that does not read
constexpr std::int64_t kToldAtOnce = 50;
constexpr const char* kTopicEvent = "run";
constexpr const char* kTopicCancel = "cancel";

// `step`: the first kind that is not done.
std::string progress_json(const promotion::Progress& progress) {
  json::Array steps;
  json::Value current;
  for (const KindInfo& kind : kKinds) {
    const promotion::Progress::Count& count = progress.steps[static_cast<std::size_t>(kind.kind)];
    if (count.total == 0) continue;
    if (current.is_null() && count.done < count.total) current = kind.step;
    steps.emplace_back(json::Object{{"step", kind.step}, {"done", count.done}, {"total", count.total}});
  }
  return json::write(json::Object{{"step", std::move(current)},
                                  {"done", progress.all.done},
                                  {"total", progress.all.total},
                                  {"steps", std::move(steps)}});
}

Error interrupted() {
  return {.kind = ErrorKind::unavailable,
          .code = "interrupted",
          .message = "The server that worked on this run has stopped. Nothing of it was applied."};
}

// The problem may list much; an event is short.
std::string item_text(store::RunRow run) {
  std::string text = json::write(promotion::run_item(run));
  constexpr std::size_t kMost = db::kMostMessage - 500;
  if (text.size() <= kMost) return text;
  run.problem.reset();
  return json::write(promotion::run_item(run));
}

// Changes of the row of a run are single statements that ask for the state they change: they need not wait for the
// turn of the target, which the run itself may have.
db::Scope beside(const store::RunRow& run) {
  return {.writes = {run.target}, .reads = {run.source}, .turn = db::Scope::Turn::none};
}

}  // namespace

// A run on its way: what is to be done, and what is known of it meanwhile.
class Center::Job : public promotion::ProgressSink {
 public:
  Job(Center& center, store::RunRow row, promotion::PromotionRequest request, Work work)
      : center_(center), row_(std::move(row)), request_(std::move(request)), work_(std::move(work)) {
    request_.run_id = row_.id;
    request_.progress = this;
  }

  const store::RunRow& row() const { return row_; }
  const promotion::PromotionRequest& request() const { return request_; }
  Result<promotion::Report> work(const Services& services) { return work_(services, request_); }

  // It stands for this very run, which is not to find itself.
  void forget_key() { request_.idempotency_key.reset(); }
  void cancel() { cancelled_ = true; }
  // In this order: who sees that it is cancelled sees why.
  void interrupt() {
    interrupted_ = true;
    cancelled_ = true;
  }
  bool is_interrupted() const { return interrupted_; }
  bool is_cancelled() override { return cancelled_; }

  void report(const promotion::Progress& progress) override {
    const TimeMs now = center_.services_.clock();
    const bool is_last = progress.all.done == progress.all.total;
    if (!is_last && now - reported_at_ < kBetweenReportsMs) return;
    reported_at_ = now;
    center_.publish(row_.id, {.id = next_event(), .name = "progress", .data = progress_json(progress)});
  }
  std::int64_t next_event() { return ++events_; }

 private:
  Center& center_;
  const store::RunRow row_;
  promotion::PromotionRequest request_;
  const Work work_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> interrupted_ = false;
  TimeMs reported_at_ = 0;
  std::int64_t events_ = 0;
};

Center::Center(const Services& services, db::Notifier& notifier, const Settings& settings)
    : services_(services),
      notifier_(notifier),
      settings_(settings),
      server_(make_uuid7(services.clock())),
      shared_(services.database.engine() != "sqlite"),
      subscription_(
          notifier.subscribe([this](std::string_view topic, std::string_view message) { hear(topic, message); })) {}

Center::~Center() { stop(0); }

Done Center::start() {
  // One process works on a SQLite database: whoever is written there besides us is dead.
  if (!shared_) {
    const auto transaction = TRY(services_.database.begin_write(db::deployment()));
    TRY(store::delete_servers(transaction->connection(), services_.clock()));
    TRY(transaction->commit());
  }
  TRY(beat());
  TRY(end_orphans());
  for (unsigned i = 0; i < settings_.workers; ++i) threads_.emplace_back([this] { work(); });
  if (settings_.workers > 0) threads_.emplace_back([this] { watch(); });
  return done();
}

void Center::stop(TimeMs patience_ms) {
  std::deque<JobPointer> waiting;
  {
    std::unique_lock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    waiting = std::exchange(waiting_, {});
  }
  changed_.notify_all();
  for (const JobPointer& job : waiting) {
    (void)end(*job, interrupted()).ok();  // Else the next server finds it, as a run of nobody.
    forget(*job);
  }
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(patience_ms), [this] { return jobs_.empty(); });
    for (const auto& [id, job] : jobs_) job->interrupt();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  log_.close();
}

Result<store::RunRow> Center::submit(promotion::PromotionRequest request, Work work) {
  const TimeMs now = services_.clock();
  store::RunRow row{.id = make_uuid7(now),
                    .source = request.principal.tenant,
                    .target = request.target,
                    .steps = promotion::step_names(request.steps),
                    .status = "queued",
                    .plan = request.plan_id,
                    .started_by = request.principal.person,
                    .started_by_email = request.principal.email,
                    .started_at = now,
                    .server = server_};
  const auto job = std::make_shared<Job>(*this, row, std::move(request), std::move(work));
  {
    // Known before its row is there: a sweep takes rows of nobody for left behind.
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= settings_.queue + settings_.workers) {
      return fail(ErrorKind::unavailable, "overloaded", "Too many runs are waiting. Try again in a moment.");
    }
    jobs_[row.id] = job;
  }
  const auto kept = [&]() -> Result<std::optional<store::RunRow>> {
    const auto transaction = TRY(services_.database.begin_write(beside(row)));
    db::Connection& connection = transaction->connection();
    TRY(access::authorise_promotion(connection, job->request().principal, row.target));
    auto there = TRY(promotion::find_repeated_run(connection, job->request()));
    if (there) return there;
    row.release = TRY(promotion::release_of(connection, job->request()));
    TRY(store::insert_run(connection, row, std::nullopt));
    TRY(promotion::remember_run(connection, job->request(), {row.source, row.target}, row.id, now));
    TRY(transaction->commit());
    return there;
  }();
  const std::lock_guard lock(mutex_);
  if (!kept.ok() || kept.value()) jobs_.erase(row.id);
  if (!kept.ok()) return Fail{kept.error()};
  if (kept.value()) return *kept.value();
  job->forget_key();
  waiting_.push_back(job);
  changed_.notify_all();  // who waits here waits for different things
  return row;
}

Center::JobPointer Center::take_next() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  JobPointer job = std::move(waiting_.front());
  waiting_.pop_front();
  return job;
}

Center::JobPointer Center::take_waiting(const Uuid& id) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const JobPointer& job) { return job->row().id == id; });
  if (found == waiting_.end()) return nullptr;
  JobPointer job = std::move(*found);
  waiting_.erase(found);
  return job;
}

bool Center::run_next() {
  const JobPointer job = take_next();
  if (job == nullptr) return false;
  (void)perform(*job).ok();  // What could not be written is found by the next sweep, as a run of nobody.
  forget(*job);
  return true;
}

void Center::work() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
    }
    run_next();
  }
}

void Center::forget(const Job& job) {
  const std::lock_guard lock(mutex_);
  jobs_.erase(job.row().id);
  changed_.notify_all();
}

Done Center::perform(Job& job) {
  const store::RunRow& row = job.row();
  const auto result = [&]() -> Result<promotion::Report> {
    TRY(promotion::check_wanted(&job));
    {
      const auto transaction = TRY(services_.database.begin_write(beside(row)));
      const bool begun = TRY(store::begin_run(transaction->connection(), row.target, row.id, services_.clock()));
      if (!begun) return fail(ErrorKind::conflict, "run_finished", "This run has been ended meanwhile.");
      TRY(transaction->commit());
    }
    return job.work(services_);
  }();
  if (result.ok()) return end(job, {});
  const Done wanted = promotion::check_wanted(&job);
  const std::string& code = result.error().code;
  if (job.is_interrupted()) return end(job, code == "run_cancelled" ? interrupted() : result.error());
  // A wish to stop that came before the end wins over what would have ended it, unless a plan was kept that is named.
  if (wanted.ok() || code == promotion::kApprovalRequired) return end(job, result.error());
  return end(job, wanted.error());
}

// Says in the row how it went, unless the row says so already: what succeeded, and what others have ended.
Done Center::end(Job& job, const Error& error) {
  const store::RunRow& row = job.row();
  if (!error.code.empty()) {
    const bool cancelled = error.code == "run_cancelled";
    const auto transaction = TRY(services_.database.begin_write(beside(row)));
    TRY(store::end_run(transaction->connection(), {.target = row.target,
                                                   .id = row.id,
                                                   .status = cancelled ? "cancelled" : "failed",
                                                   .finished_at = services_.clock(),
                                                   .problem = promotion::problem_json(error)}));
    TRY(transaction->commit());
  }
  const auto transaction = TRY(services_.database.begin_read(db::deployment()));
  const auto found = TRY(store::find_run(transaction->connection(), row.id));
  if (found && found->finished_at) {
    publish(row.id, {.id = job.next_event(), .name = "finished", .data = item_text(*found)});
  }
  return done();
}

void Center::announce_end(const store::RunRow& run) {
  publish(run.id, {.id = log_.last_id(run.id) + 1, .name = "finished", .data = item_text(run)});
}

void Center::publish(const Uuid& run, const Event& event) {
  const std::string message = json::write(
      json::Object{{"run", run.text()}, {"id", event.id}, {"event", event.name}, {"data", json::Raw{event.data}}});
  notifier_.publish(kTopicEvent, message);
}

void Center::hear(std::string_view topic, std::string_view message) {
  if (topic == kTopicEvent) hear_event(message);
  if (topic == kTopicCancel) hear_cancel(message);
}

void Center::hear_event(std::string_view message) {
  const auto parsed = json::parse(message);
  if (!parsed.ok()) return;
  const std::optional<Uuid> run = parse_uuid(parsed.value().text_at("run"));
  const json::Value* id = parsed.value().at("id");
  const std::string name = parsed.value().text_at("event");
  const std::string_view data = json::member_text(message, "data");
  if (!run || id == nullptr || id->integer() == nullptr || (name != "progress" && name != "finished")) return;
  log_.add(*run, {.id = *id->integer(), .name = name, .data = std::string(data)}, services_.clock());
}

// One that waits here goes first, so that a worker may end it.
void Center::hear_cancel(std::string_view message) {
  const std::optional<Uuid> id = parse_uuid(message);
  if (!id) return;
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(*id);
  if (found == jobs_.end()) return;
  found->second->cancel();
  const auto place = std::find(waiting_.begin(), waiting_.end(), found->second);
  if (place != waiting_.end()) std::rotate(waiting_.begin(), place, place + 1);
}

std::string Center::progress_of(const Uuid& run) const {
  const std::optional<Event> last = log_.last(run, "progress");
  return last ? last->data : progress_json({});
}

Result<std::optional<std::shared_ptr<Feed>>> Center::follow(const Principal& who, const Uuid& id, std::int64_t after) {
  const promotion::Run run = TRY(promotion::get_run(services_, who, id));
  if (run.row.finished_at) {
    const std::optional<Event> finished = log_.last(id, "finished");
    if (finished && finished->id <= after) return std::optional<std::shared_ptr<Feed>>();
    // It ended before we were there to hear of it.
    if (!finished) {
      log_.add(id, {.id = std::max(log_.last_id(id), after) + 1, .name = "finished", .data = item_text(run.row)},
               services_.clock());
    }
  }
  auto feed = std::make_shared<Feed>(kMostWaitingText);
  if (!log_.follow({.who = who, .run = run.row, .feed = feed}, after)) {
    return fail(ErrorKind::unavailable, "overloaded", "Too many are following runs. Try again in a moment.");
  }
  return std::optional(std::move(feed));
}

Result<store::RunRow> Center::cancel(const Principal& who, const Uuid& id) {
  const promotion::Run run = TRY(promotion::get_run(services_, who, id));
  TRY(promotion::check_may_stop(services_, who, run.row));
  if (run.row.finished_at) return fail(ErrorKind::conflict, "run_finished", "This run has ended.");
  notifier_.publish(kTopicCancel, id.text());
  const JobPointer job = take_waiting(id);
  if (job == nullptr) return run.row;
  const Done ended = perform(*job);
  if (ended.ok()) {
    forget(*job);
    return run.row;
  }
  const std::lock_guard lock(mutex_);
  waiting_.push_front(job);
  changed_.notify_all();  // who waits here waits for different things
  return Fail{ended.error()};
}

// The row of the run itself is what waits to be told: it says so since the transaction that ended it.
Result<bool> Center::tell_webhooks() {
  std::vector<store::RunRow> ended;
  {
    const auto transaction = TRY(services_.database.begin_read(db::deployment()));
    ended = TRY(store::list_untold_runs(transaction->connection(), kToldAtOnce));
  }
  for (const store::RunRow& run : ended) {
    const auto transaction =
        TRY(services_.database.begin_write({.writes = {run.target, run.source}, .turn = db::Scope::Turn::none}));
    db::Connection& connection = transaction->connection();
    if (!TRY(store::mark_told(connection, run.target, run.id))) continue;
    const std::string_view event = run.status == "failed" ? "run.failed" : "run.finished";
    const std::string data = json::write(promotion::run_item(run));
    TRY(notify::enqueue(connection, run.source, event, data, services_.clock()));
    TRY(notify::enqueue(connection, run.target, event, data, services_.clock()));
    TRY(transaction->commit());
  }
  return !ended.empty();
}

void Center::watch() {
  TimeMs beaten_at = services_.clock();
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, kRound, [this] { return stopping_; })) return;
    }
    // What fails now is done in the next round.
    const TimeMs now = services_.clock();
    (void)check_followers().ok();
    log_.tidy(now);
    (void)tell_webhooks().ok();
    if (!shared_ || now - beaten_at < settings_.lease_ms / 5) continue;
    if (beat().ok()) beaten_at = now;
    (void)end_orphans().ok();
  }
}

// Says that this server lives.
Done Center::beat() {
  const auto transaction = TRY(services_.database.begin_write(db::deployment()));
  TRY(store::write_server(transaction->connection(), server_, services_.clock()));
  return transaction->commit();
}

// Runs of servers that are dead, and of ours when we know nothing of them.
Done Center::end_orphans() {
  std::vector<store::RunRow> orphans;
  {
    const auto transaction = TRY(services_.database.begin_read(db::deployment()));
    orphans = TRY(store::list_orphans(transaction->connection(), services_.clock() - settings_.lease_ms, server_));
  }
  for (const store::RunRow& orphan : orphans) {
    {
      const std::lock_guard lock(mutex_);
      if (jobs_.contains(orphan.id)) continue;
    }
    const auto transaction = TRY(services_.database.begin_write(beside(orphan)));
    const bool ended =
        TRY(store::end_run(transaction->connection(), {.target = orphan.target,
                                                       .id = orphan.id,
                                                       .status = "failed",
                                                       .finished_at = services_.clock(),
                                                       .problem = promotion::problem_json(interrupted())}));
    TRY(transaction->commit());
    if (!ended) continue;
    const auto reading = TRY(services_.database.begin_read(db::deployment()));
    const auto found = TRY(store::find_run(reading->connection(), orphan.id));
    if (found) announce_end(*found);
  }
  return done();
}

Done Center::check_followers() {
  const std::vector<Follower> followers = log_.followers();
  if (followers.empty()) return done();
  const auto transaction = TRY(services_.database.begin_read(db::deployment()));
  std::map<std::pair<Uuid, Uuid>, bool> known;  // by token and run: many follow one run with one token
  for (const Follower& follower : followers) {
    const auto [place, is_new] = known.try_emplace({follower.who.token, follower.run.id}, false);
    if (is_new) {
      place->second = TRY(store::may_follow(transaction->connection(), follower.who, follower.run, services_.clock()));
      const auto found = TRY(store::find_run(transaction->connection(), follower.run.id));
      if (found && found->finished_at && !log_.last(follower.run.id, "finished")) {
        log_.add(follower.run.id,
                 {.id = log_.last_id(follower.run.id) + 1, .name = "finished", .data = item_text(*found)},
                 services_.clock());
      }
    }
    if (!place->second) follower.feed->end();
  }
  return done();
}

}  // namespace syncline::runs
