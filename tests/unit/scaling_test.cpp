// docs/scaling.md on a real PostgreSQL: its rules hold of the schema, its queries cover every table.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "support/world.h"

namespace syncline {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().context;
  return std::move(result).value();
}

// A block of SQL of the page, by the name in its first line. The driver keeps the address of a text.
const char* query_of(const std::string& name) {
  static std::map<std::string, std::string> queries;
  std::ifstream file(std::string(SYNCLINE_SOURCE_DIR) + "/docs/scaling.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::string mark = "-- query: " + name + "\n";
  const std::size_t begin = text.find(mark);
  if (begin == std::string::npos) return "";
  return queries.emplace(name, text.substr(begin, text.find("```", begin) - begin)).first->second.c_str();
}

constexpr db::Query kUniqueKeys{"scaling.keys", R"sql(
    SELECT t.relname::text, i.relname::text, a.attname::text
    FROM pg_index k
    JOIN pg_class t ON t.oid = k.indrelid
    JOIN pg_class i ON i.oid = k.indexrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (k.indkey::int2[])
    WHERE k.indisunique AND t.relnamespace = current_schema()::regnamespace
)sql"};
constexpr db::Query kForeignKeys{"scaling.foreign_keys", R"sql(
    SELECT f.conname::text, t.relname::text, r.relname::text, a.attname::text, b.attname::text
    FROM pg_constraint f
    JOIN pg_class t ON t.oid = f.conrelid
    JOIN pg_class r ON r.oid = f.confrelid
    JOIN LATERAL unnest(f.conkey, f.confkey) AS columns (here, there) ON TRUE
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = columns.here
    JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = columns.there
    WHERE f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
)sql"};
constexpr db::Query kTables{"scaling.tables", R"sql(
    SELECT t.relname::text FROM pg_class t
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
)sql"};

class Scaling : public testing::Test {
 protected:
  Scaling() {
    if (test::is_available(test::Engine::postgres)) world_ = std::make_unique<test::World>(test::Engine::postgres);
  }
  void SetUp() override {
    if (!world_) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set";
    transaction_ = must(world_->database().begin_write(db::deployment_alone()));
    loosen();
    distributed_ = statements("distribute");
  }
  db::Connection& connection() { return transaction_->connection(); }
  std::vector<std::string> statements(const std::string& name) {
    return must(
        connection().list({"scaling.page", query_of(name)}, {}, [](const db::Row& row) { return row.string(0); }));
  }
  void loosen() {
    for (const std::string& statement : statements("loosen"))
      must(connection().run_script("scaling.loosen", statement));
  }
  // "" for a table of which each node has a copy.
  std::string key_of(const std::string& table) const {
    for (const std::string& statement : distributed_) {
      const std::string begin = "SELECT create_distributed_table('" + table + "', '";
      if (statement.starts_with(begin))
        return statement.substr(begin.size(), statement.find('\'', begin.size()) - begin.size());
    }
    return "";
  }
  std::size_t place_of(const std::string& table) const {
    const auto found = std::find_if(distributed_.begin(), distributed_.end(), [&](const std::string& statement) {
      return statement.find("('" + table + "'") != std::string::npos;
    });
    return static_cast<std::size_t>(found - distributed_.begin());
  }

  std::unique_ptr<test::World> world_;
  std::unique_ptr<db::Transaction> transaction_;  // never committed
  std::vector<std::string> distributed_;
};

TEST_F(Scaling, EveryTableHasItsPlace) {
  const std::vector<std::string> tables =
      must(connection().list(kTables, {}, [](const db::Row& row) { return row.string(0); }));
  for (const std::string& table : tables) EXPECT_LT(place_of(table), distributed_.size()) << table;

  EXPECT_EQ(distributed_.size(), tables.size());
  EXPECT_EQ(key_of("resources"), "tenant_id");
  EXPECT_EQ(key_of("runs"), "target_id");
  EXPECT_EQ(key_of("bodies"), "id");
  EXPECT_EQ(key_of("persons"), "");
}

TEST_F(Scaling, EveryUniqueKeyContainsTheDistributionColumn) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> keys;
  must(connection().each(kUniqueKeys, {}, [&](const db::Row& row) {
    keys[{row.string(0), row.string(1)}].insert(row.string(2));
  }));
  for (const auto& [key, columns] : keys) {
    const std::string wanted = key_of(key.first);
    EXPECT_TRUE(wanted.empty() || columns.contains(wanted)) << key.first << ": " << key.second << " lacks " << wanted;
  }
  EXPECT_GT(keys.size(), 10U);
}

TEST_F(Scaling, EveryForeignKeyStaysOnItsNode) {
  std::map<std::string, bool> stays;
  must(connection().each(kForeignKeys, {}, [&](const db::Row& row) {
    const std::string here = key_of(row.string(1));
    const std::string there = key_of(row.string(2));
    const bool to_a_copy = there.empty();
    const bool together = !here.empty() && row.text(3) == here && row.text(4) == there;
    stays[row.string(0)] |= to_a_copy || together;
    EXPECT_LE(place_of(row.string(2)), place_of(row.string(1))) << row.string(0) << ": made before what it refers to";
  }));
  for (const auto& [name, fits] : stays) EXPECT_TRUE(fits) << name;
  EXPECT_GT(stays.size(), 5U);
}

}  // namespace
}  // namespace syncline
