// The PostgreSQL driver: who sees what, who waits for whom, and what is left when the connection goes.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "db/postgres/batch.h"
#include "db/postgres/database.h"
#include "support/world.h"

namespace syncline::db {
namespace {

using test::Engine;
using test::World;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().context;
  return std::move(result).value();
}

constexpr Query kTenantsSeen{"test.tenants_seen", "SELECT DISTINCT tenant_id FROM resources ORDER BY tenant_id"};
constexpr Query kRenameAll{"test.rename_all", "UPDATE resources SET name = 'changed'"};
constexpr Query kDeleteAll{"test.delete_all", "DELETE FROM resources"};
constexpr Query kNames{"test.names", "SELECT name FROM resources WHERE tenant_id = $1 ORDER BY id"};
constexpr Query kTokensSeen{"test.tokens_seen", "SELECT COUNT(DISTINCT tenant_id) FROM tokens"};
constexpr Query kAddVariable{"test.add_variable", R"sql(
    INSERT INTO variables (tenant_id, name, sealed, updated_at) VALUES ($1, $2, $3, 0)
)sql"};
constexpr Query kMarkVariable{"test.mark_variable", R"sql(
    UPDATE variables SET updated_at = $3 WHERE tenant_id = $1 AND name = $2
)sql"};
constexpr Query kDropVariable{"test.drop_variable", R"sql(
    DELETE FROM variables WHERE tenant_id = $1 AND name = $2
)sql"};
constexpr Query kCountVariables{"test.count_variables", R"sql(
    SELECT COUNT(*) FROM variables WHERE tenant_id = $1 AND updated_at >= $2
)sql"};
constexpr Query kCountPersons{"test.count_persons", "SELECT COUNT(*) FROM persons"};
constexpr Query kBackend{"test.backend", "SELECT pg_backend_pid()::bigint"};
// Every table with a tenant in its key and what of the fence it lacks.
constexpr Query kUnfenced{"test.unfenced", R"sql(
    SELECT t.relname::text FROM pg_class t
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
      AND (t.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute c WHERE c.attrelid = t.oid
           AND c.attname IN ('tenant_id', 'source_id', 'target_id')))
      AND NOT (t.relrowsecurity AND t.relforcerowsecurity
               AND 5 = (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = t.oid))
    ORDER BY 1
)sql"};
constexpr Query kShared{"test.shared", R"sql(
    SELECT t.relname::text FROM pg_class t
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relrowsecurity
    ORDER BY 1
)sql"};
constexpr Query kOwned{"test.owned", R"sql(
    SELECT COUNT(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user || '_app')
)sql"};

std::string text_of(const Row& row) { return row.string(0); }
std::int64_t number_of(const Row& row) { return row.integer(0); }

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::is_available(Engine::postgres)) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set: run ./dev test";
    world_ = std::make_unique<World>(Engine::postgres);
    for (const std::string tenant : {"dev", "prod"}) {
      world_->add_tenant(tenant);
      const test::Answer made = world_->send(
          {.method = "POST", .target = "/api/tools", .body = R"({"name": "mine", "body": {"type": "http"}})"}, "owner",
          tenant);
      ASSERT_EQ(made.status, 201) << made.text;
    }
  }
  Database& database() { return world_->database(); }
  std::vector<std::string> tenants_seen(const Scope& scope) {
    const auto transaction = must(database().begin_read(scope));
    return must(transaction->connection().list(kTenantsSeen, {}, text_of));
  }
  std::string name_in(std::string_view tenant) {
    const auto transaction = must(database().begin_read(deployment()));
    return must(transaction->connection().one(kNames, {tenant}, text_of)).value_or("");
  }
  static std::string kill(std::int64_t backend) {
    return "SELECT pg_terminate_backend(" + std::to_string(backend) + ", 5000)";  // and waits until it is gone
  }
  static std::int64_t count(Connection& connection, std::int64_t since) {
    return *must(connection.one(kCountVariables, {"dev", since}, number_of));
  }
  static Result<std::int64_t> add_variable(Connection& connection, std::string_view tenant, std::string_view name) {
    return connection.execute(kAddVariable, {tenant, name, Bytes{"x"}});
  }

  std::unique_ptr<World> world_;
};

TEST_F(PostgresTest, AQueryWithoutItsTenantSeesTheTenantsOfTheScope) {
  EXPECT_EQ(tenants_seen(reading("dev")), (std::vector<std::string>{"dev"}));
  EXPECT_EQ(tenants_seen(Scope{.reads = {"dev", "prod"}}), (std::vector<std::string>{"dev", "prod"}));
  EXPECT_EQ(tenants_seen(deployment()), (std::vector<std::string>{"dev", "prod"}));
}

TEST_F(PostgresTest, WithoutATenantNothingIsSeen) {
  EXPECT_TRUE(tenants_seen(Scope{}).empty());
  EXPECT_TRUE(tenants_seen(reading("")).empty());
  EXPECT_TRUE(tenants_seen(reading("dev,prod")).empty());
  EXPECT_TRUE(tenants_seen(signing_in()).empty());
}

TEST_F(PostgresTest, SigningInSeesTokensOfAll) {
  const auto transaction = must(database().begin_read(signing_in()));
  EXPECT_EQ(must(transaction->connection().one(kTokensSeen, {}, number_of)), 3);  // with `home`, where it began
}

TEST_F(PostgresTest, AWriterChangesWhatItSaysAndNoMore) {
  {
    const auto transaction = must(database().begin_write(writing("dev", {"prod"})));
    EXPECT_EQ(must(transaction->connection().list(kTenantsSeen, {}, text_of)).size(), 2U);
    EXPECT_EQ(must(transaction->connection().execute(kRenameAll, {})), 1);
    must(transaction->commit());
  }
  EXPECT_EQ(name_in("dev"), "changed");
  EXPECT_EQ(name_in("prod"), "mine");

  const auto transaction = must(database().begin_write(writing("dev", {"prod"})));
  EXPECT_EQ(must(transaction->connection().execute(kDeleteAll, {})), 1);
  const auto foreign = add_variable(transaction->connection(), "prod", "A");
  ASSERT_FALSE(foreign.ok());
  EXPECT_NE(foreign.error().context.find("row-level security"), std::string::npos);
}

TEST_F(PostgresTest, EveryTableOfATenantIsFenced) {
  const auto transaction = must(database().begin_read(deployment()));
  EXPECT_EQ(must(transaction->connection().list(kUnfenced, {}, text_of)), std::vector<std::string>{});
  EXPECT_EQ(must(transaction->connection().one(kOwned, {}, number_of)), 0);
}

// A table that is none of these has a tenant, and calls it tenant_id, or source_id and target_id.
TEST_F(PostgresTest, OnlyTheseTablesBelongToNoTenant) {
  const auto transaction = must(database().begin_read(deployment()));
  EXPECT_EQ(must(transaction->connection().list(kShared, {}, text_of)),
            (std::vector<std::string>{"bodies", "commit_markers", "deployment", "garbage", "leases", "migrations",
                                      "persons", "servers", "sign_in_failures", "versions"}));
}

TEST_F(PostgresTest, WritersIntoDifferentTenantsWorkSideBySide) {
  const auto one = must(database().begin_write(writing("dev")));
  const auto other = must(database().begin_write(writing("prod")));
  must(add_variable(one->connection(), "dev", "A"));
  must(add_variable(other->connection(), "prod", "A"));
  must(other->commit());
  must(one->commit());
}

TEST_F(PostgresTest, TheNextWriterSeesWhatTheOneBeforeLeft) {
  auto first = must(database().begin_write(writing("dev")));
  must(add_variable(first->connection(), "dev", "A"));
  std::int64_t seen = 0;
  std::thread second([&] {
    const auto transaction = must(database().begin_write(writing("dev")));
    seen = count(transaction->connection(), 0);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // so that the second one waits
  must(first->commit());
  second.join();
  EXPECT_EQ(seen, 1);
}

TEST_F(PostgresTest, TwoThatWriteTheSameTwoTenantsNeverBlockEachOther) {
  const auto work = [&](const Scope& scope) {
    for (int i = 0; i < 25; ++i) {
      const auto transaction = must(database().begin_write(scope));
      must(transaction->connection().execute(kRenameAll, {}));
      must(transaction->commit());
    }
  };
  std::thread one(work, Scope{.writes = {"dev", "prod"}});
  std::thread other(work, Scope{.writes = {"prod", "dev"}});
  one.join();
  other.join();
}

TEST_F(PostgresTest, BatchesAreArraysAndOneRoundTrip) {
  const auto transaction = must(database().begin_write(writing("dev")));
  Connection& connection = transaction->connection();
  std::vector<std::string> names;
  for (int i = 0; i < 25'000; ++i) names.push_back("V" + std::to_string(i));
  const auto bind = [&](std::size_t i, std::vector<Param>& params) {
    params[0] = "dev";
    params[1] = std::string_view(names[i]);
    if (params.size() > 2) params[2] = Bytes{"x"};
  };
  EXPECT_EQ(must(connection.run_batch(kAddVariable, names.size(), bind)), 25'000);
  const std::int64_t before = database().round_trips();
  const auto mark = [&](std::size_t i, std::vector<Param>& params) {
    bind(i, params);
    params[2] = static_cast<std::int64_t>(i);
  };
  EXPECT_EQ(must(connection.run_batch(kMarkVariable, names.size(), mark)), 25'000);
  EXPECT_EQ(database().round_trips() - before, 2);  // what types the parameters have, and the batch
  EXPECT_EQ(count(connection, 20'000), 5'000);
  EXPECT_EQ(must(connection.run_batch(kDropVariable, 10, bind)), 10);
  EXPECT_EQ(count(connection, 0), 24'990);
  EXPECT_EQ(connection.run_batch(kAddVariable, names.size(), bind).error().code, "duplicate");
}

TEST_F(PostgresTest, WhatIsFetchedAheadCostsNoRoundTripUntilSomethingIsWritten) {
  const auto transaction = must(database().begin_write(writing("dev")));
  Connection& connection = transaction->connection();
  const std::vector<Ask> asks = {{kCountVariables, {"dev", std::int64_t{0}}}, {kCountPersons, {}}};
  must(connection.fetch_ahead(asks));
  const std::int64_t before = database().round_trips();
  EXPECT_EQ(count(connection, 0), 0);
  EXPECT_EQ(must(connection.one(kCountPersons, {}, number_of)), 1);
  must(connection.fetch_ahead(asks));  // which is known already
  EXPECT_EQ(database().round_trips(), before);
  must(connection.later(kAddVariable, {"dev", "A", Bytes{"x"}}));
  EXPECT_EQ(count(connection, 0), 1);
  EXPECT_EQ(database().round_trips(), before + 1);
}

TEST_F(PostgresTest, SeveralQuestionsAreAskedInOneRoundTripAndSeeWhatWaits) {
  const auto transaction = must(database().begin_write(writing("dev")));
  Connection& connection = transaction->connection();
  must(connection.later(kAddVariable, {"dev", "A", Bytes{"x"}}));
  const std::int64_t before = database().round_trips();
  const std::vector<Ask> asks = {{kCountVariables, {"dev", std::int64_t{0}}}, {kCountPersons, {}}, {kBackend, {}}};
  std::vector<std::int64_t> numbers;
  must(connection.ask(asks, [&](const Row& row) { numbers.push_back(row.integer(0)); }));
  EXPECT_EQ(database().round_trips(), before + 1);
  ASSERT_EQ(numbers.size(), 3U);
  EXPECT_EQ(numbers[0], 1);
  EXPECT_EQ(numbers[1], 1);
  EXPECT_EQ(numbers[2], must(connection.one(kBackend, {}, number_of)));
}

TEST_F(PostgresTest, WhatWaitsFailsTheCommitThatWouldTakeIt) {
  const auto transaction = must(database().begin_write(writing("dev")));
  must(transaction->connection().later(kAddVariable, {"prod", "A", Bytes{"x"}}));
  EXPECT_FALSE(transaction->commit().ok());
}

TEST_F(PostgresTest, AnIdleConnectionThatDiedIsReplaced) {
  std::int64_t backend = 0;
  {
    const auto transaction = must(database().begin_write(writing("dev")));
    must(add_variable(transaction->connection(), "dev", "A"));
    backend = *must(transaction->connection().one(kBackend, {}, number_of));
    must(transaction->commit());
  }
  const auto admin = must(open_postgres({.address = std::getenv("SYNCLINE_TEST_POSTGRES")}));
  must(must(admin->begin_read(deployment()))->connection().run_script("test.kill", kill(backend)));

  const auto transaction = must(database().begin_write(writing("dev")));
  EXPECT_EQ(count(transaction->connection(), 0), 1);
  EXPECT_NE(*must(transaction->connection().one(kBackend, {}, number_of)), backend);
}

TEST_F(PostgresTest, AConnectionThatDiesInATransactionLeavesNothing) {
  const auto admin = must(open_postgres({.address = std::getenv("SYNCLINE_TEST_POSTGRES")}));
  {
    const auto transaction = must(database().begin_write(writing("dev")));
    must(add_variable(transaction->connection(), "dev", "A"));
    const std::int64_t backend = *must(transaction->connection().one(kBackend, {}, number_of));
    must(must(admin->begin_read(deployment()))->connection().run_script("test.kill", kill(backend)));
    const Done committed = transaction->commit();
    ASSERT_FALSE(committed.ok());
    EXPECT_EQ(committed.error().code, "database_unreachable");
  }
  const auto transaction = must(database().begin_write(writing("dev")));
  EXPECT_EQ(count(transaction->connection(), 0), 0);
}

TEST(Batches, BecomeArraysWhereTheTextAllowsIt) {
  EXPECT_EQ(for_arrays("INSERT INTO t (a, b, c) VALUES ($1, FALSE, $2) ON CONFLICT (a) DO NOTHING", {25, 20}),
            "INSERT INTO t (a, b, c) SELECT b.p1, FALSE, b.p2 FROM unnest($1::text[], $2::int8[]) AS b(p1, p2) "
            "ON CONFLICT (a) DO NOTHING");
  EXPECT_EQ(for_arrays("UPDATE t SET a = $2 WHERE b = $1", {2950, 16}),
            "UPDATE t SET a = b.p2 FROM unnest($1::uuid[], $2::bool[]) AS b(p1, p2) WHERE b = b.p1");
  EXPECT_EQ(for_arrays("DELETE FROM t WHERE a = $1", {17}),
            "DELETE FROM t USING unnest($1::bytea[]) AS b(p1) WHERE a = b.p1");
  EXPECT_EQ(for_arrays("INSERT INTO t (a) VALUES ($1) RETURNING a", {25}), std::nullopt);
  EXPECT_EQ(for_arrays("INSERT INTO t (a) VALUES ('$1')", {25}), std::nullopt);
  EXPECT_EQ(for_arrays("UPDATE t SET a = $1 WHERE b IN (SELECT c FROM d)", {25}), std::nullopt);
  EXPECT_EQ(for_arrays("DELETE FROM t WHERE a = $1", {600}), std::nullopt);
}

}  // namespace
}  // namespace syncline::db
