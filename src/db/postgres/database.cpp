#include "db/postgres/database.h"

#include <mutex>
#include <utility>
#include <vector>

#include "db/postgres/connection.h"

namespace syncline::db {
namespace {

constexpr Query kBeginRead{"postgres.begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Query kBeginWrite{"postgres.begin_write", "BEGIN ISOLATION LEVEL READ COMMITTED"};
constexpr Query kWaitForLock{"postgres.lock_timeout", "SET LOCAL lock_timeout = '30s'"};
// Each statement after it sees what the writer before has committed.
constexpr Query kTakeTurn{"postgres.take_turn",
                          "SELECT pg_advisory_xact_lock(hashtext('syncline'), hashtext(current_schema()))"};
constexpr Query kCommit{"postgres.commit", "COMMIT"};
constexpr Query kRollback{"postgres.rollback", "ROLLBACK"};
constexpr Query kCollation{"postgres.collation", "SELECT 'a' > 'B'"};

using Handle = std::unique_ptr<PostgresConnection>;

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(std::string address) : address_(std::move(address)) {}

  Result<std::unique_ptr<Transaction>> begin_read(const Scope&) override { return begin({&kBeginRead}); }
  Result<std::unique_ptr<Transaction>> begin_write(const Scope&) override {
    return begin({&kBeginWrite, &kWaitForLock, &kTakeTurn});
  }
  std::string_view engine() const override { return "postgres"; }

  void give_back(Handle connection) {
    if (!connection->is_alive()) return;
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

 private:
  Result<std::unique_ptr<Transaction>> begin(std::initializer_list<const Query*> queries);
  Handle take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    Handle connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  std::string address_;
  std::mutex mutex_;
  std::vector<Handle> idle_;
};

class PostgresTransaction : public Transaction {
 public:
  PostgresTransaction(PostgresDatabase& database, Handle connection)
      : database_(database), connection_(std::move(connection)) {}
  ~PostgresTransaction() override {
    const bool clean = !connection_->in_transaction() || connection_->run(kRollback, {}, {}).ok();
    if (clean) database_.give_back(std::move(connection_));
  }
  Connection& connection() override { return *connection_; }
  Done commit() override {
    TRY(connection_->run(kCommit, {}, {}));
    return done();
  }

 private:
  PostgresDatabase& database_;
  Handle connection_;
};

// An idle connection may have died meanwhile, with its server: then nothing has happened yet, and a new one is made.
Result<std::unique_ptr<Transaction>> PostgresDatabase::begin(std::initializer_list<const Query*> queries) {
  for (;;) {
    Handle connection = take_idle();
    const bool is_new = connection == nullptr;
    if (is_new) connection = TRY(PostgresConnection::open(address_));
    Done begun = done();
    for (const Query* query : queries) {
      auto ran = connection->run(*query, {}, {});
      if (ran.ok()) continue;
      begun = Fail{std::move(ran).error()};
      break;
    }
    if (begun.ok()) {
      return std::unique_ptr<Transaction>(std::make_unique<PostgresTransaction>(*this, std::move(connection)));
    }
    if (is_new || connection->is_alive()) return Fail{std::move(begun).error()};
  }
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const std::string& address) {
  std::unique_ptr<Database> database = std::make_unique<PostgresDatabase>(address);
  const auto transaction = TRY(database->begin_read(deployment()));
  const auto by_bytes =
      TRY(transaction->connection().one(kCollation, {}, [](const Row& row) { return row.boolean(0); }));
  if (by_bytes != true) {
    return fail(ErrorKind::invalid, "database_collation",
                "The database must order texts by their bytes: create it with LC_COLLATE 'C' TEMPLATE template0.");
  }
  return database;
}

}  // namespace syncline::db
