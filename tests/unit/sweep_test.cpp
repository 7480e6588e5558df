// What is swept away, and what never is: over all that points at blobs, bodies and lineages.
#include <gtest/gtest.h>

#include "store/leases.h"
#include "support/world.h"
#include "upkeep/sweep.h"

namespace syncline::upkeep {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().context;
  return std::move(result).value();
}

constexpr TimeMs kDay = 24 * 3'600'000;

class Sweep : public testing::TestWithParam<test::Engine> {
 protected:
  Sweep() {
    if (test::is_available(GetParam())) world_ = std::make_unique<test::World>(GetParam());
  }
  void SetUp() override {
    if (!world_) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set";
    world_->add_tenant("dev");
    world_->add_tenant("prod");
  }
  test::Answer ask(const std::string& method, const std::string& path, const std::string& body = "",
                   const std::string& tenant = "dev") {
    const test::Answer answer = world_->send({.method = method, .target = path, .body = body}, "owner", tenant);
    EXPECT_LT(answer.status, 300) << method << " " << path << ": " << answer.text;
    return answer;
  }
  std::string create(const std::string& kind, const std::string& body = "{}") {
    return ask("POST", "/api/" + kind, R"({"name": "n", "syncable": true, "body": )" + body + "}").value.text_at("id");
  }
  void upload(const std::string& document, const std::string& text) {
    const test::Answer answer = world_->send({.method = "PUT",
                                              .target = "/api/documents/" + document + "/content",
                                              .body = text,
                                              .headers = {{"Content-Type", "text/plain"}}},
                                             "owner", "dev");
    EXPECT_LT(answer.status, 300) << answer.text;
  }
  // A sweep as it would be `later`.
  Swept sweep_at(TimeMs later) {
    const Services& services = world_->services();
    const Services then{.database = services.database,
                        .blobs = services.blobs,
                        .master_key = services.master_key,
                        .clock = [&services, later] { return services.clock() + later; }};
    return must(sweep(then, {.grace_ms = kDay}));
  }
  std::size_t blobs() { return must(world_->services().blobs.list()).size(); }

  std::unique_ptr<test::World> world_;
};

TEST_P(Sweep, TakesWhatNothingHasPointedAtForADay) {
  const std::string document = create("documents");
  upload(document, "first");
  upload(document, "second");
  const std::string tool = create("tools", R"({"type": "http"})");
  ask("PATCH", "/api/tools/" + tool, R"({"body": {"type": "http", "timeoutMs": 2}})");
  const Swept first = sweep_at(0);
  const Swept early = sweep_at(kDay / 2);
  const Swept late = sweep_at(2 * kDay);

  EXPECT_EQ(first.marked, 2);
  EXPECT_EQ(early.blobs + early.bodies, 0);
  EXPECT_EQ(late.blobs, 1);
  EXPECT_EQ(late.bodies, 1);
  EXPECT_EQ(blobs(), 1U);
  EXPECT_EQ(ask("GET", "/api/documents/" + document + "/content").text, "second");
  EXPECT_TRUE(must(examine(world_->services())).all_well());
}

TEST_P(Sweep, TakesTheVersionsOfADeletedResourceAndThenTheirBodies) {
  const std::string tool = create("tools", R"({"type": "http"})");
  ask("POST", "/api/tools/" + tool + "/publish", "{}");
  ask("DELETE", "/api/tools/" + tool);

  sweep_at(0);
  const Swept lineage = sweep_at(2 * kDay);
  const Swept body = sweep_at(4 * kDay);

  EXPECT_EQ(lineage.lineages, 1);
  EXPECT_EQ(lineage.bodies + body.bodies, 1);
}

TEST_P(Sweep, SparesWhatACopyPointsAtWhenTheOriginalIsGone) {
  const std::string document = create("documents");
  upload(document, "shared");
  const std::string tool = create("tools", R"({"type": "http", "n": 1})");
  ask("POST", "/api/tools/" + tool + "/publish", "{}");
  ask("POST", "/api/tenant/sync/prod");
  ask("DELETE", "/api/tools/" + tool);
  ask("DELETE", "/api/documents/" + document);

  sweep_at(0);
  const Swept late = sweep_at(2 * kDay);

  EXPECT_EQ(late.blobs + late.bodies + late.lineages, 0);
  EXPECT_TRUE(must(examine(world_->services())).all_well());
  EXPECT_EQ(blobs(), 1U);
}

TEST_P(Sweep, ForgetsAMarkWhenSomethingPointsThereAgain) {
  const std::string document = create("documents");
  upload(document, "kept");
  const Uuid stray = make_uuid7(1);
  const auto upload_of_nobody = must(world_->services().blobs.begin(stray));
  must(upload_of_nobody->write("x"));
  must(upload_of_nobody->finish());
  EXPECT_EQ(sweep_at(0).marked, 1);
  const auto transaction = must(world_->database().begin_write(db::deployment()));
  constexpr db::Query kPoint{"test.point", "UPDATE document_contents SET blob_id = $1, size = 1"};
  must(transaction->connection().execute(kPoint, {stray}));
  must(transaction->commit());

  sweep_at(kDay / 2);
  const Swept late = sweep_at(kDay + kDay / 4);

  EXPECT_EQ(late.blobs, 0);
  EXPECT_TRUE(must(examine(world_->services())).all_well());
}

TEST_P(Sweep, EndsSessionsThatHaveExpired) {
  const std::string login = R"({"email": "owner@test.example", "password": "a password for tests", "tenantId": "dev"})";
  ask("POST", "/api/auth/login", login);

  EXPECT_EQ(sweep_at(0).sessions, 0);
  EXPECT_EQ(sweep_at(kDay).sessions, 1);
}

TEST_P(Sweep, TakesPlansThatExpiredAWeekAgoAndWereNotApplied) {
  ask("PATCH", "/api/tenant", R"({"syncPolicy": {"approvals": {"when": "always"}}})", "prod");
  create("tools", R"({"type": "http"})");
  const std::string plan = ask("POST", "/api/tenant/sync/prod/plan").value.text_at("planId");
  world_->add_member("ann", "ADMIN", "prod");
  const test::Ask approval{.method = "POST", .target = "/api/tenant/sync/plans/" + plan + "/approve"};
  EXPECT_EQ(world_->send(approval, "ann", "prod").status, 200);
  const std::string forgotten = ask("POST", "/api/tenant/sync/prod/plan").value.text_at("planId");
  EXPECT_EQ(
      world_->send({.method = "POST", .target = "/api/tenant/sync/plans/" + forgotten + "/approve"}, "ann", "prod")
          .status,
      200);
  ask("POST", "/api/tenant/sync/prod", R"({"planId": ")" + plan + R"("})");

  EXPECT_EQ(sweep_at(7 * kDay).plans, 0);
  EXPECT_EQ(sweep_at(9 * kDay).plans, 1);
  EXPECT_EQ(sweep_at(9 * kDay).plans, 0);

  EXPECT_EQ(ask("GET", "/api/tenant/sync/plans/" + plan).value.text_at("status"), "applied");
  EXPECT_EQ(world_->send({.method = "GET", .target = "/api/tenant/sync/plans/" + forgotten}, "owner", "dev").status,
            404);
  constexpr db::Query kApprovals{"test.approvals", "SELECT COUNT(*) FROM approvals"};
  const auto transaction = must(world_->database().begin_read(db::deployment()));
  const auto count = [](const db::Row& row) { return row.integer(0); };
  EXPECT_EQ(must(transaction->connection().one(kApprovals, {}, count)), 1);
}

TEST_P(Sweep, StopsWhenItIsTold) {
  const std::string document = create("documents");
  upload(document, "first");
  upload(document, "second");

  const Swept swept = must(sweep(world_->services(), {.grace_ms = 0, .go_on = [] { return false; }}));

  EXPECT_EQ(swept.marked, 0);
}

TEST_P(Sweep, DoctorFindsWhatIsMissing) {
  const std::string document = create("documents");
  upload(document, "text");
  const std::string tool = create("tools", R"({"type": "http"})");
  ask("POST", "/api/tools/" + tool + "/publish", "{}");
  const auto transaction = must(world_->database().begin_write(db::deployment()));
  must(transaction->connection().run_script("test.damage", R"sql(
      UPDATE document_contents SET size = 5, tenant_id = 'elsewhere';
      DELETE FROM bodies;
      DELETE FROM versions;
  )sql"));
  must(transaction->commit());
  const Findings small = must(examine(world_->services()));
  const std::vector<Uuid> all = must(world_->services().blobs.list());
  must(world_->services().blobs.remove(all.front()));
  const Findings gone = must(examine(world_->services()));

  EXPECT_EQ(small.wrong_blobs, 1);
  EXPECT_GT(small.missing_bodies, 0);
  EXPECT_EQ(small.incomplete_lineages, 1);
  EXPECT_EQ(small.stray_parts, 1);
  EXPECT_EQ(gone.missing_blobs, 1);
  EXPECT_FALSE(gone.all_well());
}

TEST_P(Sweep, DoctorFindsAnotherContentOfTheSameSizeWhenItLooksDeep) {
  const std::string document = create("documents");
  upload(document, "text");
  ask("POST", "/api/tenant/sync/prod");
  const Uuid id = must(world_->services().blobs.list()).front();
  const Findings whole = must(examine(world_->services(), Depth::contents));
  ASSERT_TRUE(world_->services().blobs.remove(id).ok());
  const auto other = must(world_->services().blobs.begin(id));
  ASSERT_TRUE(other->write("tent").ok());
  must(other->finish());

  EXPECT_TRUE(whole.all_well());
  EXPECT_EQ(whole.blobs, 1);
  EXPECT_TRUE(must(examine(world_->services())).all_well());
  EXPECT_EQ(must(examine(world_->services(), Depth::contents)).damaged_blobs, 1);
  EXPECT_FALSE(must(examine(world_->services(), Depth::contents)).all_well());
}

TEST_P(Sweep, ALeaseHasOneHolderUntilItEnds) {
  db::Database& database = world_->database();
  const Uuid a = make_uuid7(1);
  const Uuid b = make_uuid7(2);

  EXPECT_TRUE(must(store::take_lease(database, "x", a, 1000, 100)));
  EXPECT_FALSE(must(store::take_lease(database, "x", b, 1050, 100)));
  EXPECT_TRUE(must(store::take_lease(database, "x", a, 1090, 100)));
  EXPECT_FALSE(must(store::take_lease(database, "x", b, 1150, 100)));
  EXPECT_TRUE(must(store::take_lease(database, "x", b, 1200, 100)));
  must(store::release_lease(database, "x", a));
  EXPECT_FALSE(must(store::take_lease(database, "x", a, 1210, 100)));
  must(store::release_lease(database, "x", b));
  EXPECT_TRUE(must(store::take_lease(database, "x", a, 1220, 100)));
}

INSTANTIATE_TEST_SUITE_P(Engines, Sweep, testing::Values(test::Engine::sqlite, test::Engine::postgres));

}  // namespace
}  // namespace syncline::upkeep
