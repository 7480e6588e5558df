#include "db/faulty_database.h"

namespace syncline::db {
namespace {

Fail injected(const char* name) {
  return fail(ErrorKind::internal, "injected_fault", "The database failed.", std::string("injected at ") + name);
}

class FaultyConnection : public Connection {
 public:
  FaultyConnection(FaultyDatabase& database, Connection& real) : database_(database), real_(real) {}

  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const RowVisitor& visit) override {
    if (database_.strikes()) return injected(query.name);
    return real_.run(query, params, visit);
  }
  Result<std::int64_t> run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) override {
    if (database_.strikes()) return injected(query.name);
    return real_.run_batch(query, rows, bind);
  }
  Done later(const Query& query, std::span<const Param> params) override {
    if (database_.strikes()) return injected(query.name);
    return real_.later(query, params);
  }
  Done ask(std::span<const Ask> asks, const RowVisitor& visit) override {
    if (!asks.empty() && database_.strikes()) return injected(asks.front().query.name);
    return real_.ask(asks, visit);
  }
  Done fetch_ahead(std::span<const Ask> asks) override { return real_.fetch_ahead(asks); }
  bool is_remote() const override { return real_.is_remote(); }
  Done run_script(const char* name, std::string_view sql) override {
    if (database_.strikes()) return injected(name);
    return real_.run_script(name, sql);
  }

 private:
  FaultyDatabase& database_;
  Connection& real_;
};

class FaultyTransaction : public Transaction {
 public:
  FaultyTransaction(FaultyDatabase& database, std::unique_ptr<Transaction> real)
      : database_(database), real_(std::move(real)), connection_(database, real_->connection()) {}
  Connection& connection() override { return connection_; }
  Done commit() override {
    if (database_.strikes()) return injected("commit");
    return real_->commit();
  }

 private:
  FaultyDatabase& database_;
  std::unique_ptr<Transaction> real_;
  FaultyConnection connection_;
};

}  // namespace

bool FaultyDatabase::strikes() {
  std::int64_t left = left_;
  while (left > 0 && !left_.compare_exchange_weak(left, left - 1)) {
  }
  return left == 1;
}

Result<std::unique_ptr<Transaction>> FaultyDatabase::begin_write(const Scope& scope) {
  std::unique_ptr<Transaction> real = TRY(real_->begin_write(scope));
  return std::unique_ptr<Transaction>(std::make_unique<FaultyTransaction>(*this, std::move(real)));
}

}  // namespace syncline::db
