// What backups and sweeps know of the schema: every pointer is declared, and any table can be moved.
#include <gtest/gtest.h>

#include <algorithm>

#include "backup/archive.h"
#include "backup/catalogue.h"
#include "db/migrate.h"
#include "db/sqlite/database.h"
#include "store/pointers.h"
#include "support/world.h"

namespace syncline::backup {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().context;
  return std::move(result).value();
}

class Schema : public testing::TestWithParam<test::Engine> {
 protected:
  Schema() {
    if (test::is_available(GetParam())) world_ = std::make_unique<test::World>(GetParam());
  }
  void SetUp() override {
    if (!world_) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set";
  }
  std::vector<Table> tables() {
    const auto transaction = must(world_->database().begin_read(db::deployment()));
    return must(read_catalogue(transaction->connection(), world_->database().engine()));
  }
  void run(db::Database& database, std::string_view sql) {
    const auto transaction = must(database.begin_write(db::deployment_alone()));
    must(transaction->connection().run_script("test.script", sql));
    must(transaction->commit());
  }
  std::unique_ptr<test::World> world_;
};

bool looks_like_a_pointer(std::string_view column) {
  constexpr std::string_view kEnds[] = {"blob_id",  "body_id",  "draft_id",  "lineage_id",
                                        "blob_ids", "body_ids", "draft_ids", "lineage_ids"};
  return std::any_of(std::begin(kEnds), std::end(kEnds), [&](std::string_view end) { return column.ends_with(end); });
}

bool is_declared(const std::string& table, const std::string& column) {
  const auto declared = store::pointers();
  return std::any_of(declared.begin(), declared.end(),
                     [&](const store::Pointer& pointer) { return pointer.table == table && pointer.column == column; });
}

// Why this fails: see store/pointers.h.
TEST_P(Schema, EveryColumnThatPointsAtSharedThingsIsDeclared) {
  for (const Table& table : tables()) {
    for (const Column& column : table.columns) {
      const bool is_home = table.name == "versions" && column.name == "lineage_id";  // the lineages themselves
      if (!looks_like_a_pointer(column.name) || is_home) continue;
      EXPECT_TRUE(is_declared(table.name, column.name)) << table.name << "." << column.name;
    }
  }
}

TEST_P(Schema, EveryDeclaredPointerCanBeRead) {
  const auto transaction = must(world_->database().begin_read(db::deployment()));
  for (const store::Pointer& pointer : store::pointers()) {
    EXPECT_TRUE(transaction->connection().each(pointer.query, {}, [](const db::Row&) {}).ok()) << pointer.query.name;
  }
}

TEST_P(Schema, TablesComeAfterThoseTheyReferTo) {
  const std::vector<Table> all = tables();
  const auto place = [&](std::string_view name) {
    return std::find_if(all.begin(), all.end(), [&](const Table& table) { return table.name == name; }) - all.begin();
  };

  EXPECT_LT(place("tenants"), place("accounts"));
  EXPECT_LT(place("accounts"), place("tokens"));
  EXPECT_LT(place("webhooks"), place("webhook_deliveries"));
  EXPECT_EQ(place("migrations"), static_cast<std::ptrdiff_t>(all.size()));
}

constexpr std::string_view kCircles = R"sql(
    CREATE TABLE circle_a (id BIGINT PRIMARY KEY, b BIGINT, real DOUBLE PRECISION, flag BOOLEAN, "odd name" TEXT);
    CREATE TABLE circle_b (id BIGINT PRIMARY KEY, a BIGINT REFERENCES circle_a (id), b BIGINT REFERENCES circle_b (id));
)sql";

TEST_P(Schema, CirclesOfTablesMoveAndEveryValueWithThem) {
  const auto folder = world_->folder() / "other";
  std::filesystem::create_directory(folder);
  const auto target = must(db::open_sqlite((folder / "syncline.db").string()));
  must(db::migrate(*target, 1));
  run(*target, kCircles);
  run(world_->database(), kCircles);
  run(world_->database(), R"sql(
      INSERT INTO circle_a VALUES (1, 2, 0.1, TRUE, 'x'), (-5, NULL, NULL, FALSE, NULL);
      INSERT INTO circle_b VALUES (1, 1, NULL), (2, -5, 1);
      UPDATE circle_b SET b = 2 WHERE id = 1;
  )sql");

  const Moved moved = must(move_rows(world_->database(), *target, 2));

  EXPECT_EQ(moved.from, moved.to);
  const auto transaction = must(target->begin_read(db::deployment()));
  constexpr db::Query kRead{"test.read", "SELECT real FROM circle_a WHERE id = 1"};
  EXPECT_EQ(must(transaction->connection().one(kRead, {}, [](const db::Row& row) { return row.real(0); })), 0.1);
}

TEST_P(Schema, ATypeThatIsNotKnownIsRefusedAndNotLost) {
  run(world_->database(), "CREATE TABLE odd (id BIGINT PRIMARY KEY, price NUMERIC)");
  const auto transaction = must(world_->database().begin_read(db::deployment()));

  const auto read = read_catalogue(transaction->connection(), world_->database().engine());

  EXPECT_EQ(read.error().code, "unknown_column_type");
}

INSTANTIATE_TEST_SUITE_P(Engines, Schema, testing::Values(test::Engine::sqlite, test::Engine::postgres));

}  // namespace
}  // namespace syncline::backup
