#include "db/postgres/database.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "db/postgres/connection.h"
#include "db/postgres/fence.h"

namespace syncline::db {
namespace {

constexpr Query kFacts{"postgres.facts", R"sql(
    SELECT 'a' > 'B', current_schema()::text, current_user::text, to_regclass('commit_markers') IS NOT NULL
)sql"};

constexpr Query kShareDeployment{"postgres.share_deployment", "SELECT pg_advisory_lock_shared($1)"};
constexpr Query kLock{"postgres.lock", "SELECT pg_advisory_lock($1)"};
constexpr Query kUnlock{"postgres.unlock", "SELECT pg_advisory_unlock_all()"};

constexpr Query kBeginRead{"postgres.begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Query kBeginWrite{"postgres.begin_write", "BEGIN ISOLATION LEVEL REPEATABLE READ"};
// Beside other writers, each statement sees what they have committed by then.
constexpr Query kBeginBeside{"postgres.begin_beside", "BEGIN ISOLATION LEVEL READ COMMITTED"};
constexpr Query kCommit{"postgres.commit", "COMMIT"};
constexpr Query kRollback{"postgres.rollback", "ROLLBACK"};

// What the policies ask for; see fence.cpp. Local: they end with the transaction.
constexpr Query kSetScope{"postgres.set_scope", R"sql(
    SELECT set_config('syncline.scope', $1, true), set_config('syncline.reads', $2, true),
           set_config('syncline.writes', $3, true)
)sql"};
constexpr Query kAddMemberships{"postgres.add_memberships", R"sql(
    SELECT set_config('syncline.reads', concat_ws(',', NULLIF(current_setting('syncline.reads'), ''),
                                                  string_agg(tenant_id, ',')), true)
    FROM accounts WHERE person_id = $1
)sql"};
constexpr Query kNameScope{"postgres.name_scope", "SELECT set_config('syncline.scope', $1, true)"};
constexpr Query kTakeRole{"postgres.take_role", "SELECT set_config('role', $1, true)"};

constexpr Query kMark{"postgres.mark", "INSERT INTO commit_markers (id) VALUES ($1)"};
// Waits for a transaction that has written the same marker and has not ended; once there is a row, it cannot commit.
constexpr Query kResolve{"postgres.resolve", R"sql(
    INSERT INTO commit_markers (id) VALUES ($1) ON CONFLICT (id) DO NOTHING
)sql"};
constexpr Query kForgetMarkers{"postgres.forget_markers", "DELETE FROM commit_markers WHERE id < $1"};

constexpr std::int64_t kMarkersKeptMs = 10 * 60 * 1000;
constexpr std::int64_t kCommitsBetweenSweeps = 4096;
constexpr std::chrono::seconds kResolveFor{30};
constexpr std::chrono::milliseconds kResolvePause{100};

using Handle = std::unique_ptr<PostgresConnection>;
using std::chrono::steady_clock;

// Ids of tenants are slugs; nothing else names a row, nor could it be written into a setting.
std::string joined(const std::vector<std::string>& tenants) {
  std::string text;
  for (const std::string& tenant : tenants) {
    const bool is_slug = std::all_of(tenant.begin(), tenant.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
    if (is_slug && !tenant.empty()) text.append(text.empty() ? "" : ",").append(tenant);
  }
  return text;
}

struct Facts {
  bool is_by_bytes = false;
  std::string schema;
  std::string login;
  bool is_fenced = false;
};

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(PostgresOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<Transaction>> begin_read(const Scope& scope) override;
  Result<std::unique_ptr<Transaction>> begin_write(const Scope& scope) override;
  Done secure(Connection& connection) override { return put_up_fence(connection, facts_.login); }
  std::string_view engine() const override { return "postgres"; }
  std::int64_t round_trips() const override { return round_trips_; }

  Done learn_facts();
  bool is_fenced() const { return is_fenced_; }
  void give_back(Handle connection, bool is_usable);
  // Whether a transaction whose commit was not answered has happened.
  Result<bool> resolve(const Uuid& marker);
  void count_commit();

 private:
  Result<Handle> take();
  Result<Facts> ask_facts();
  Done look_for_fence();
  std::int64_t lock_key(std::string_view tenant) const;
  Section locks_of(const Scope& scope) const;
  Section settings_of(const Query& begin, const Scope& scope) const;

  PostgresOptions options_;
  Facts facts_;
  std::atomic<bool> is_fenced_ = false;
  std::atomic<std::int64_t> round_trips_ = 0;
  std::atomic<std::int64_t> commits_ = 0;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<Handle> idle_;
  std::int64_t in_use_ = 0;
};

class ReadTransaction : public Transaction {
 public:
  ReadTransaction(PostgresDatabase& database, Handle connection)
      : database_(database), connection_(std::move(connection)) {}
  ~ReadTransaction() override {
    std::vector<Section> end(1);
    end[0].emplace_back(kRollback, std::initializer_list<Param>{});
    const bool is_usable = connection_->leave(end);
    database_.give_back(std::move(connection_), is_usable);
  }
  Connection& connection() override { return *connection_; }
  Done commit() override { return done(); }

 private:
  PostgresDatabase& database_;
  Handle connection_;
};

class WriteTransaction : public Transaction {
 public:
  WriteTransaction(PostgresDatabase& database, Handle connection)
      : database_(database), connection_(std::move(connection)), marker_(make_uuid7(system_now_ms())) {}
  ~WriteTransaction() override {
    if (connection_ == nullptr) return;
    std::vector<Section> end(2);
    end[0].emplace_back(kRollback, std::initializer_list<Param>{});
    end[1].emplace_back(kUnlock, std::initializer_list<Param>{});
    const bool is_usable = connection_->leave(end);
    database_.give_back(std::move(connection_), is_usable);
  }
  Connection& connection() override { return *connection_; }
  Done commit() override;

 private:
  PostgresDatabase& database_;
  Handle connection_;
  Uuid marker_;
};

Done WriteTransaction::commit() {
  if (!connection_->is_used()) return done();
  Section commit;
  const bool is_marked = database_.is_fenced();
  if (is_marked) commit.emplace_back(kMark, std::initializer_list<Param>{marker_});
  commit.emplace_back(kCommit, std::initializer_list<Param>{});
  Section unlock;
  unlock.emplace_back(kUnlock, std::initializer_list<Param>{});
  PostgresConnection::End end = connection_->finish(std::move(commit), std::move(unlock));
  if (end.ended == PostgresConnection::Ended::unknown && is_marked) {
    database_.give_back(std::move(connection_), false);
    if (TRY(database_.resolve(marker_))) return done();
    return Fail{std::move(*end.error)};
  }
  if (end.ended != PostgresConnection::Ended::committed) return Fail{std::move(*end.error)};
  database_.count_commit();
  return done();
}

Result<Handle> PostgresDatabase::take() {
  std::unique_lock lock(mutex_);
  const bool is_free = given_back_.wait_for(lock, std::chrono::milliseconds(options_.lock_timeout_ms),
                                            [&] { return in_use_ < std::max(options_.pool, std::int64_t{1}); });
  if (!is_free) {
    return fail(ErrorKind::unavailable, "database_busy", "The database is busy. Try again.", "waiting for the pool");
  }
  ++in_use_;
  if (!idle_.empty()) {
    Handle connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  lock.unlock();
  auto opened = PostgresConnection::open(options_, round_trips_);
  if (!opened.ok()) give_back(nullptr, false);
  return opened;
}

void PostgresDatabase::give_back(Handle connection, bool is_usable) {
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (is_usable) idle_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

Done PostgresDatabase::learn_facts() {
  const Facts facts = TRY(ask_facts());
  facts_ = facts;
  is_fenced_ = facts.is_fenced;
  if (facts.is_by_bytes) return done();
  return fail(ErrorKind::invalid, "database_collation",
              "The database must order texts by their bytes: create it with LC_COLLATE 'C' TEMPLATE template0.");
}

Result<Facts> PostgresDatabase::ask_facts() {
  Handle connection = TRY(take());
  connection->begin_with({});
  Facts facts;
  const Done asked = connection->each(kFacts, {}, [&](const Row& row) {
    facts = {.is_by_bytes = row.boolean(0),
             .schema = row.maybe_string(1).value_or("public"),
             .login = row.string(2),
             .is_fenced = row.boolean(3)};
  });
  give_back(std::move(connection), asked.ok());
  if (!asked.ok()) return Fail{asked.error()};
  return facts;
}

// Before the first migration there are no tenants and nothing to guard.
Done PostgresDatabase::look_for_fence() {
  if (is_fenced_) return done();
  const Facts facts = TRY(ask_facts());
  is_fenced_ = facts.is_fenced;
  return done();
}

// Locks are of the database, and it may hold several schemas.
std::int64_t PostgresDatabase::lock_key(std::string_view tenant) const {
  const Digest digest = sha256("syncline " + facts_.schema + " " + std::string(tenant));
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof(key); ++i) key = key << 8 | digest[i];
  return static_cast<std::int64_t>(key);
}

// In one order everywhere, so that no two wait for each other; by key, for two tenants might share one.
Section PostgresDatabase::locks_of(const Scope& scope) const {
  const std::int64_t deployment_key = lock_key("");
  Section locks;
  if (scope.turn == Scope::Turn::everyone) {
    locks.emplace_back(kLock, std::initializer_list<Param>{deployment_key});
    return locks;
  }
  locks.emplace_back(kShareDeployment, std::initializer_list<Param>{deployment_key});
  if (scope.turn == Scope::Turn::none) return locks;
  std::vector<std::int64_t> keys;
  for (const std::string& tenant : scope.writes) keys.push_back(lock_key(tenant));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const std::int64_t key : keys) locks.emplace_back(kLock, std::initializer_list<Param>{key});
  return locks;
}

Section PostgresDatabase::settings_of(const Query& begin, const Scope& scope) const {
  Section section;
  section.emplace_back(begin, std::initializer_list<Param>{});
  if (!is_fenced_) return section;
  const bool sees_all = scope.sight == Scope::Sight::deployment;
  const std::string_view name = sees_all ? "deployment" : scope.sight == Scope::Sight::sign_in ? "sign_in" : "tenants";
  std::vector<std::string> seen = scope.reads;
  seen.insert(seen.end(), scope.writes.begin(), scope.writes.end());
  const std::string reads = joined(seen);
  const std::string writes = joined(scope.writes);
  const std::string_view first = scope.member_of ? std::string_view("deployment") : name;
  section.emplace_back(kSetScope,
                       std::initializer_list<Param>{first, std::string_view(reads), std::string_view(writes)});
  if (scope.member_of) {
    section.emplace_back(kAddMemberships, std::initializer_list<Param>{*scope.member_of});
    section.emplace_back(kNameScope, std::initializer_list<Param>{name});
  }
  const std::string role = app_role(facts_.login);
  if (!sees_all) section.emplace_back(kTakeRole, std::initializer_list<Param>{std::string_view(role)});
  return section;
}

Result<std::unique_ptr<Transaction>> PostgresDatabase::begin_read(const Scope& scope) {
  TRY(look_for_fence());
  Handle connection = TRY(take());
  std::vector<Section> beginning;
  beginning.push_back(settings_of(kBeginRead, scope));
  connection->begin_with(std::move(beginning));
  return std::unique_ptr<Transaction>(std::make_unique<ReadTransaction>(*this, std::move(connection)));
}

Result<std::unique_ptr<Transaction>> PostgresDatabase::begin_write(const Scope& scope) {
  TRY(look_for_fence());
  Handle connection = TRY(take());
  std::vector<Section> beginning;
  beginning.push_back(locks_of(scope));
  beginning.push_back(settings_of(scope.turn == Scope::Turn::none ? kBeginBeside : kBeginWrite, scope));
  connection->begin_with(std::move(beginning));
  return std::unique_ptr<Transaction>(std::make_unique<WriteTransaction>(*this, std::move(connection)));
}

Result<bool> PostgresDatabase::resolve(const Uuid& marker) {
  const steady_clock::time_point deadline = steady_clock::now() + kResolveFor;
  for (;; std::this_thread::sleep_for(kResolvePause)) {
    auto connection = PostgresConnection::open(options_, round_trips_);
    if (connection.ok()) {
      connection.value()->begin_with({});
      const auto inserted = connection.value()->execute(kResolve, {marker});
      if (inserted.ok()) return inserted.value() == 0;
    }
    if (steady_clock::now() > deadline) {
      return fail(ErrorKind::unavailable, "commit_unknown",
                  "The database went away while it was committing, and has not come back. Look before you try again.");
    }
  }
}

// A sweep that fails is made up for by the next one.
void PostgresDatabase::count_commit() {
  if (++commits_ % kCommitsBetweenSweeps != 0) return;
  auto connection = PostgresConnection::open(options_, round_trips_);
  if (!connection.ok()) return;
  connection.value()->begin_with({});
  (void)connection.value()->execute(kForgetMarkers, {make_uuid7(system_now_ms() - kMarkersKeptMs)}).ok();
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options) {
  auto database = std::make_unique<PostgresDatabase>(options);
  TRY(database->learn_facts());
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace syncline::db
