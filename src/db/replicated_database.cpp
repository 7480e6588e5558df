#include "db/replicated_database.h"

#include <chrono>
#include <mutex>
#include <utility>

namespace syncline::db {
namespace {

using Time = std::chrono::steady_clock::time_point;
constexpr std::chrono::seconds kRest{5};

class ReplicatedDatabase : public Database {
 public:
  ReplicatedDatabase(std::unique_ptr<Database> primary, OpenReplica open_replica)
      : primary_(std::move(primary)), open_replica_(std::move(open_replica)) {}

  Result<std::unique_ptr<Transaction>> begin_read(const Scope& scope) override { return primary_->begin_read(scope); }
  Result<std::unique_ptr<Transaction>> begin_write(const Scope& scope) override { return primary_->begin_write(scope); }
  Done secure(Connection& connection) override { return primary_->secure(connection); }
  std::string_view engine() const override { return primary_->engine(); }
  std::int64_t round_trips() const override { return primary_->round_trips(); }

  Result<std::unique_ptr<Transaction>> begin_stale_read(const Scope& scope) {
    Database* replica = find_replica();
    if (replica == nullptr) return primary_->begin_read(scope);
    auto stale = replica->begin_read(scope);
    if (stale.ok()) return stale;
    let_rest();
    return primary_->begin_read(scope);
  }

 private:
  // Nothing while it rests after a failure, so that not every list waits for a machine that is gone.
  Database* find_replica() {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < rests_until_) return nullptr;
    if (replica_ == nullptr) {
      auto opened = open_replica_();
      if (opened.ok())
        replica_ = std::move(opened).value();
      else
        rests_until_ = std::chrono::steady_clock::now() + kRest;
    }
    return replica_.get();
  }
  void let_rest() {
    const std::lock_guard lock(mutex_);
    rests_until_ = std::chrono::steady_clock::now() + kRest;
  }

  std::unique_ptr<Database> primary_;
  OpenReplica open_replica_;
  std::mutex mutex_;
  std::unique_ptr<Database> replica_;  // once it is there it stays
  Time rests_until_;
};

}  // namespace

std::unique_ptr<Database> with_replica(std::unique_ptr<Database> primary, OpenReplica open_replica) {
  return std::make_unique<ReplicatedDatabase>(std::move(primary), std::move(open_replica));
}

Result<std::unique_ptr<Transaction>> begin_stale_read(Database& database, const Scope& scope) {
  auto* replicated = dynamic_cast<ReplicatedDatabase*>(&database);
  return replicated == nullptr ? database.begin_read(scope) : replicated->begin_stale_read(scope);
}

}  // namespace syncline::db
