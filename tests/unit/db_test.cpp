// The SQLite driver, the migrations and the database that fails on demand.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "db/faulty_database.h"
#include "db/migrate.h"
#include "db/sqlite/database.h"

namespace syncline::db {
namespace {

namespace fs = std::filesystem;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().context;
  return std::move(result).value();
}

constexpr Query kInsert{"test.insert", "INSERT INTO t (id, name, data, flag, number) VALUES ($2, $1, $3, $4, $5)"};
constexpr Query kList{"test.list", "SELECT id, name, data, flag, number FROM t WHERE name >= $1 ORDER BY name"};
constexpr Query kCount{"test.count", "SELECT COUNT(*) FROM t"};
constexpr Query kWrong{"test.wrong", "SELECT nothing FROM t"};
constexpr Query kTwice{"test.twice", "UPDATE t SET name = $1 WHERE name <> $1"};

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() : folder_(fs::temp_directory_path() / ("syncline-db-" + to_hex(random_bytes(8)))) {
    fs::create_directory(folder_);
    database_ = must(open_sqlite((folder_ / "db").string()));
    const auto transaction = must(database_->begin_write(deployment()));
    must(transaction->connection().run_script("test.create", R"sql(
        CREATE TABLE t (id UUID NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BYTEA, flag BOOLEAN NOT NULL,
                        number BIGINT CHECK (number < 100)) /*@sqlite WITHOUT ROWID */;
    )sql"));
    must(transaction->commit());
  }
  ~SqliteTest() override {
    database_.reset();
    fs::remove_all(folder_);
  }
  static Result<std::int64_t> insert(Connection& connection, std::string_view name, std::int64_t number = 1) {
    return connection.execute(kInsert, {name, make_uuid7(1), Bytes{"\x01\x02"}, true, number});
  }
  std::int64_t count() {
    const auto transaction = must(database_->begin_read(deployment()));
    return *must(transaction->connection().one(kCount, {}, [](const Row& row) { return row.integer(0); }));
  }

  fs::path folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteTest, GivesBackWhatWasBound) {
  const Uuid id = make_uuid7(5);
  const auto transaction = must(database_->begin_write(deployment()));
  Connection& connection = transaction->connection();
  EXPECT_EQ(must(connection.execute(kInsert, {"a", id, Bytes{""}, false, std::monostate{}})), 1);

  std::int64_t rows = 0;
  must(connection.each(kList, {""}, [&](const Row& row) {
    ++rows;
    EXPECT_EQ(row.uuid(0), id);
    EXPECT_EQ(row.text(1), "a");
    EXPECT_FALSE(row.is_null(2));
    EXPECT_EQ(row.bytes(2), "");
    EXPECT_FALSE(row.boolean(3));
    EXPECT_EQ(row.maybe_integer(4), std::nullopt);
  }));
  EXPECT_EQ(rows, 1);
}

TEST_F(SqliteTest, AParameterMayBeUsedTwice) {
  const auto transaction = must(database_->begin_write(deployment()));
  must(insert(transaction->connection(), "a"));

  EXPECT_EQ(must(transaction->connection().execute(kTwice, {"b"})), 1);
  EXPECT_EQ(must(transaction->connection().execute(kTwice, {"b"})), 0);
}

TEST_F(SqliteTest, WhatIsNotCommittedIsUndone) {
  {
    const auto transaction = must(database_->begin_write(deployment()));
    must(insert(transaction->connection(), "a"));
  }
  EXPECT_EQ(count(), 0);
  {
    const auto transaction = must(database_->begin_write(deployment()));
    must(insert(transaction->connection(), "a"));
    must(transaction->commit());
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteTest, ReadersSeeOneMomentAndNeverWait) {
  const auto reader = must(database_->begin_read(deployment()));
  const auto rows = [&] {
    return *must(reader->connection().one(kCount, {}, [](const Row& row) { return row.integer(0); }));
  };
  EXPECT_EQ(rows(), 0);
  const auto writer = must(database_->begin_write(deployment()));
  must(insert(writer->connection(), "a"));
  EXPECT_EQ(rows(), 0);
  must(writer->commit());
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteTest, WritersFollowOneAnother) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 20; ++j) {
        const auto transaction = must(database_->begin_write(deployment()));
        must(insert(transaction->connection(), std::to_string(i) + "." + std::to_string(j)));
        must(transaction->commit());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count(), 80);
}

TEST_F(SqliteTest, ErrorsTellWhatHappenedAndWhere) {
  const auto transaction = must(database_->begin_write(deployment()));
  Connection& connection = transaction->connection();
  must(insert(connection, "a"));

  EXPECT_EQ(insert(connection, "a").error().code, "duplicate");
  EXPECT_EQ(insert(connection, "b", 100).error().code, "constraint");
  const auto wrong = connection.execute(kWrong, {});
  EXPECT_EQ(wrong.error().code, "database_error");
  EXPECT_NE(wrong.error().context.find("test.wrong"), std::string::npos);
}

TEST_F(SqliteTest, ABatchBindsEachRow) {
  const auto transaction = must(database_->begin_write(deployment()));
  std::vector<std::string> names = {"x", "y", "z"};
  const auto changed = transaction->connection().run_batch(kInsert, names.size(), [&](std::size_t i, auto& params) {
    params[0] = std::string_view(names[i]);
    params[1] = make_uuid7(7);
    params[3] = true;
  });
  EXPECT_EQ(must(changed), 3);
  must(transaction->commit());
  EXPECT_EQ(count(), 3);
}

TEST_F(SqliteTest, AQueryMayRunInsideItsOwnVisit) {
  const auto transaction = must(database_->begin_write(deployment()));
  Connection& connection = transaction->connection();
  must(insert(connection, "a"));
  must(insert(connection, "b"));

  int pairs = 0;
  must(connection.each(kList, {""},
                       [&](const Row&) { must(connection.each(kList, {""}, [&](const Row&) { ++pairs; })); }));
  EXPECT_EQ(pairs, 4);
}

TEST_F(SqliteTest, MigratesOnceAndRefusesANewerDatabase) {
  EXPECT_FALSE(must(pending_migrations(*database_)).empty());
  EXPECT_FALSE(must(migrate(*database_, 1)).empty());
  EXPECT_TRUE(must(migrate(*database_, 2)).empty());

  {
    const auto transaction = must(database_->begin_write(deployment()));
    must(transaction->connection().run_script("test.newer", "INSERT INTO migrations VALUES ('9999_later.sql', 1);"));
    must(transaction->commit());
  }
  EXPECT_EQ(migrate(*database_, 3).error().code, "database_newer");
}

TEST_F(SqliteTest, TheFaultyDatabaseFailsWhereItIsTold) {
  FaultyDatabase faulty(std::move(database_));
  const auto try_two = [&]() -> Done {
    const auto transaction = TRY(faulty.begin_write(deployment()));
    TRY(insert(transaction->connection(), "a"));
    TRY(insert(transaction->connection(), "b"));
    return transaction->commit();
  };
  for (int n = 1; n <= 3; ++n) {
    faulty.fail_at(n);
    EXPECT_EQ(try_two().error().code, "injected_fault");
    EXPECT_FALSE(faulty.armed());
  }
  faulty.fail_at(4);
  EXPECT_TRUE(try_two().ok());
  EXPECT_TRUE(faulty.armed());
}

}  // namespace
}  // namespace syncline::db
