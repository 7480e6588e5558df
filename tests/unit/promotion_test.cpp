// Promotions on a database: what they write. tests/unit/histories_test.cpp says what holds of all of them.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "access/tenant_keys.h"
#include "promotion/runs.h"
#include "secrets/seal.h"
#include "support/two_tenants.h"

namespace syncline::promotion {
namespace {

constexpr db::Query kUseVariable{"test.use_variable", R"sql(
    INSERT INTO variable_uses (tenant_id, name, resource_id) VALUES ($1, $2, $3)
)sql"};
constexpr db::Query kInsertContent{"test.content", R"sql(
    INSERT INTO document_contents (tenant_id, document_id, blob_id, size, sha256, media_type, updated_at)
    VALUES ($1, $2, $3, 5, $4, 'text/plain', 0)
)sql"};

class Promotions : public testing::Test, public TwoTenants {
 protected:
  Promotions() : TwoTenants(test::Engine::sqlite) {}
};

TEST_F(Promotions, CreateThenNothingThenUpdate) {
  const Uuid tool = add(Kind::tool, {}, false);
  const Uuid agent = add(Kind::agent, {tool}, true);

  const json::Value first = sync();
  const json::Value second = sync();
  change("dev", tool, [](store::ResourceRow& row) { row.name = "renamed"; });
  const json::Value third = sync();

  EXPECT_EQ(count(first, "created"), 2);
  EXPECT_EQ(count(second, "unchanged"), 2);
  EXPECT_TRUE(second.at("items")->array()->empty());
  EXPECT_EQ(count(third, "updated"), 1);
  EXPECT_EQ(count(third, "unchanged"), 1);
  EXPECT_EQ(copy_of(tool)->name, "renamed");
  EXPECT_EQ(copy_of(agent)->synced_from, "dev");
  EXPECT_EQ(copy_of(agent)->origin_id, agent);
}

TEST_F(Promotions, TheReportSaysWhoPulledSomethingIn) {
  const Uuid tool = add(Kind::tool, {}, false);
  const Uuid agent = add(Kind::agent, {tool}, true);

  const json::Value report = sync();

  const json::Value& item = report.at("items")->array()->front();
  EXPECT_EQ(item.text_at("kind"), "tools");
  EXPECT_EQ(item.text_at("action"), "created");
  EXPECT_EQ(*item.at("because")->array()->front().string(), "agents/" + copy_of(agent)->name);
}

TEST_F(Promotions, AnEditedCopyIsBroughtBack) {
  const Uuid tool = add(Kind::tool, {}, true);
  sync();
  change("prod", copy_of(tool)->id, [](store::ResourceRow& row) { row.name = "mine"; });

  const json::Value report = sync();

  EXPECT_EQ(count(report, "drifted"), 1);
  EXPECT_EQ(count(report, "updated"), 1);
  EXPECT_NE(copy_of(tool)->name, "mine");
  EXPECT_EQ(copy_of(tool)->changed_at, std::nullopt);
}

TEST_F(Promotions, ADeletedCopyComesBack) {
  const Uuid tool = add(Kind::tool, {}, true);
  sync();
  remove("prod", copy_of(tool)->id);

  EXPECT_EQ(count(sync(), "created"), 1);
}

TEST_F(Promotions, AStepOutOfOrderListsWhatDanglesUntilItDoesNot) {
  const Uuid tool = add(Kind::tool, {}, false);
  add(Kind::agent, {tool}, true);

  const json::Value first = sync(request({Kind::agent}));
  const json::Value again = sync(request({Kind::agent}));
  sync(request({Kind::tool}));
  const json::Value last = sync(request({Kind::agent}));

  ASSERT_EQ(first.at("danglingReferences")->array()->size(), 1U);
  EXPECT_EQ(first.at("danglingReferences")->array()->front().text_at("fixedByStep"), "tools");
  EXPECT_EQ(again.at("danglingReferences")->array()->size(), 1U);
  EXPECT_TRUE(last.at("danglingReferences")->array()->empty());
}

TEST_F(Promotions, NamedResourcesAreTakenWithWhatTheyNeed) {
  const Uuid tool = add(Kind::tool, {}, false);
  const Uuid agent = add(Kind::agent, {tool}, false);
  add(Kind::agent, {}, true);
  PromotionRequest named = request(all_steps());
  named.resources = {{{Kind::agent, agent.text()}, {Kind::tool, "builtin:weather"}}};

  const json::Value report = sync(named);

  EXPECT_EQ(count(report, "created"), 2);
  EXPECT_EQ(count(report, "excluded"), 1);
  EXPECT_EQ(report.at("items")->array()->back().text_at("reason"), "built_in");
}

TEST_F(Promotions, NamesOfNothingAreRefused) {
  PromotionRequest named = request(all_steps());
  named.resources = {{{Kind::agent, make_uuid7(1).text()}}};

  const Result<Report> report = promote(services(), named);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, "unknown_resource");
  EXPECT_EQ(report.error().fields.front().pointer, "/resources/0/id");
}

TEST_F(Promotions, MissingVariablesNameTheirUsers) {
  const Uuid tool = add(Kind::tool, {}, true);
  const Uuid other = add(Kind::tool, {}, false);
  write([&](db::Connection& connection) {
    for (const Uuid& user : {tool, other}) must(connection.execute(kUseVariable, {"dev", "API_KEY", user}));
  });

  const json::Value first = sync();
  const json::Value second = sync();

  ASSERT_EQ(first.at("missingVariables")->array()->size(), 1U);
  EXPECT_EQ(first.at("missingVariables")->array()->front().at("usedBy")->array()->size(), 1U);
  EXPECT_EQ(json::write(*second.at("missingVariables")), json::write(*first.at("missingVariables")));
}

TEST_F(Promotions, CredentialsAreSealedAnewOnlyWhenTheyChange) {
  const Uuid connection_id = add(Kind::connection, {}, true);
  const auto set = [&](std::string_view value) {
    write([&](db::Connection& connection) {
      const secrets::TenantKey key = must(access::load_tenant_key(connection, services().master_key, "dev"));
      const std::string id = connection_id.text();
      const store::CredentialPart part{
          .owner = connection_id,
          .field = "/password",
          .sealed = seal(key, {.tenant = "dev", .kind = "connection", .id = id, .field = "/password"}, value),
          .template_text = std::nullopt,
          .fingerprint = fingerprint(key, value)};
      must(store::upsert_credential_parts(connection, "dev", 0, {part}));
    });
  };
  const auto sealed = [&] {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    return *must(store::list_credential_parts(transaction->connection(), "prod", copy_of(connection_id)->id))
                .front()
                .sealed;
  };
  set("one");
  sync();
  const std::string first = sealed();
  change("dev", connection_id, [](store::ResourceRow& row) { row.name = "renamed"; });
  sync();
  const std::string second = sealed();
  set("two");
  change("dev", connection_id, [](store::ResourceRow&) {});
  sync();
  const std::string sealed_two = sealed();

  EXPECT_EQ(second, first);
  EXPECT_NE(sealed_two, first);
  const auto transaction = must(world_.database().begin_read(db::deployment()));
  const secrets::TenantKey key =
      must(access::load_tenant_key(transaction->connection(), services().master_key, "prod"));
  const std::string id = planning::SyncIds("dev", "prod").of(connection_id).text();
  const secrets::SecretString value =
      must(open(key, {.tenant = "prod", .kind = "connection", .id = id, .field = "/password"}, sealed_two));
  EXPECT_EQ(value.reveal(), "two");
}

TEST_F(Promotions, ContentsArePointedAt) {
  const Uuid document = add(Kind::document, {}, true);
  const Uuid blob = make_uuid7(5);
  write([&](db::Connection& connection) {
    must(connection.execute(kInsertContent, {"dev", document, blob, db::Bytes{"12345678901234567890123456789012"}}));
  });

  sync();
  change("dev", document, [](store::ResourceRow&) {});
  sync();

  const auto transaction = must(world_.database().begin_read(db::deployment()));
  const auto parts = must(store::list_content_parts(transaction->connection(), "prod", std::nullopt));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts.front().blob, blob);
}

TEST_F(Promotions, RunsAreKeptForMembers) {
  add(Kind::tool, {}, true);
  const json::Value report = sync();
  Principal stranger;
  stranger.person = make_uuid7(9);
  stranger.tenant = "lib";

  const auto runs = must(list_runs(services(), request({}).principal, {}, std::nullopt, 10));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.front().id.text(), report.text_at("runId"));
  EXPECT_EQ(must(get_run(services(), request({}).principal, runs.front().id)).report, json::write(report));
  EXPECT_FALSE(get_run(services(), stranger, runs.front().id).ok());
}

}  // namespace
}  // namespace syncline::promotion
