#pragma once
// A database that fails when it is told to, for tests: every promise about all or nothing is tried at each statement.

#include <atomic>
#include <memory>

#include "db/connection.h"

namespace syncline::db {

class FaultyDatabase : public Database {
 public:
  explicit FaultyDatabase(std::unique_ptr<Database> real) : real_(std::move(real)) {}

  // The n-th statement of writing transactions from now on fails with internal `injected_fault` (commits count too);
  // 0: none does. A batch is one statement.
  void fail_at(std::int64_t n) { left_ = n; }
  // Whether the failure that was asked for is still to come.
  bool armed() const { return left_ > 0; }
  // True for the statement that must fail.
  bool strikes();

  Result<std::unique_ptr<Transaction>> begin_read(const Scope& scope) override { return real_->begin_read(scope); }
  Result<std::unique_ptr<Transaction>> begin_write(const Scope& scope) override;
  Done secure(Connection& connection) override { return real_->secure(connection); }
  std::int64_t round_trips() const override { return real_->round_trips(); }
  std::string_view engine() const override { return real_->engine(); }

 private:
  std::unique_ptr<Database> real_;
  std::atomic<std::int64_t> left_ = 0;
};

}  // namespace syncline::db
