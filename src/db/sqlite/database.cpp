#include "db/sqlite/database.h"

#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "db/sqlite/connection.h"

namespace syncline::db {
namespace {

constexpr std::chrono::seconds kWriterWait{30};

constexpr Query kBeginRead{"sqlite.begin_read", "BEGIN DEFERRED"};
constexpr Query kBeginWrite{"sqlite.begin_write", "BEGIN IMMEDIATE"};
constexpr Query kCommit{"sqlite.commit", "COMMIT"};
constexpr Query kRollback{"sqlite.rollback", "ROLLBACK"};

using Handle = std::unique_ptr<SqliteConnection>;

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(std::string path, Handle writer) : path_(std::move(path)), writer_(std::move(writer)) {}

  Result<std::unique_ptr<Transaction>> begin_read(const Scope& scope) override;
  Result<std::unique_ptr<Transaction>> begin_write(const Scope& scope) override;
  std::string_view engine() const override { return "sqlite"; }

  void give_back(Handle reader) {
    const std::lock_guard lock(readers_mutex_);
    readers_.push_back(std::move(reader));
  }

 private:
  Result<Handle> take_reader();

  std::string path_;
  std::timed_mutex writer_mutex_;
  Handle writer_;
  std::mutex readers_mutex_;
  std::vector<Handle> readers_;  // idle ones; as many as there ever were readers at once
};

class ReadTransaction : public Transaction {
 public:
  ReadTransaction(SqliteDatabase& database, Handle reader) : database_(database), reader_(std::move(reader)) {}
  ~ReadTransaction() override {
    const bool clean = !reader_->in_transaction() || reader_->execute(kRollback, {}).ok();
    if (clean) database_.give_back(std::move(reader_));
  }
  Connection& connection() override { return *reader_; }
  Done commit() override { return done(); }

 private:
  SqliteDatabase& database_;
  Handle reader_;
};

class WriteTransaction : public Transaction {
 public:
  WriteTransaction(SqliteConnection& writer, std::unique_lock<std::timed_mutex> lock)
      : writer_(writer), lock_(std::move(lock)) {}
  ~WriteTransaction() override {
    // SQLite may have rolled back by itself. Were this rollback to fail, the next BEGIN would, and say why.
    if (lock_.owns_lock() && writer_.in_transaction()) (void)writer_.execute(kRollback, {}).ok();
  }
  Connection& connection() override { return writer_; }
  Done commit() override {
    TRY(writer_.execute(kCommit, {}));
    lock_.unlock();
    return done();
  }

 private:
  SqliteConnection& writer_;
  std::unique_lock<std::timed_mutex> lock_;
};

Result<Handle> SqliteDatabase::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      Handle reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  return SqliteConnection::open(path_);
}

Result<std::unique_ptr<Transaction>> SqliteDatabase::begin_read(const Scope&) {
  Handle reader = TRY(take_reader());
  TRY(reader->execute(kBeginRead, {}));
  return std::unique_ptr<Transaction>(std::make_unique<ReadTransaction>(*this, std::move(reader)));
}

Result<std::unique_ptr<Transaction>> SqliteDatabase::begin_write(const Scope&) {
  std::unique_lock lock(writer_mutex_, kWriterWait);
  if (!lock.owns_lock()) {
    return fail(ErrorKind::unavailable, "database_busy", "The database is busy. Try again.", "waiting for the writer");
  }
  TRY(writer_->execute(kBeginWrite, {}));
  return std::unique_ptr<Transaction>(std::make_unique<WriteTransaction>(*writer_, std::move(lock)));
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path) {
  Handle writer = TRY(SqliteConnection::open(path));
  return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(path, std::move(writer)));
}

}  // namespace syncline::db
