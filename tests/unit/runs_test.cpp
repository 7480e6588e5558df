// Runs that do not end well, are waited for, are watched, or are stopped.
#include <gtest/gtest.h>

#include "promotion/promote.h"
#include "store/runs.h"
#include "support/world.h"

namespace syncline::test {
namespace {

class Runs : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!is_available(GetParam())) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set: run ./dev test";
    world_.emplace(GetParam());
    world_->add_tenant("dev");
    world_->add_tenant("prod");
    ask("POST", "/api/tools", R"({"name": "a", "syncable": true, "body": {"type": "http"}})");
  }
  Answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    return world_->send({.method = method, .target = target, .body = body}, "owner", "dev");
  }
  Answer list(const std::string& filter) { return ask("GET", "/api/tenant/sync/runs?" + filter); }

  Principal owner() {
    return {.person = parse_uuid(ask("GET", "/api/me").value.at("person")->text_at("id")).value(),
            .email = "owner@test.example",
            .tenant = "dev",
            .role = Role::owner,
            .token = {},
            .token_tenant = "dev"};
  }

  std::optional<World> world_;
};

TEST_P(Runs, OneThatFailedIsRememberedWithItsProblem) {
  world_->database().fail_at(5);
  EXPECT_EQ(ask("POST", "/api/tenant/sync/prod").status, 500);
  world_->database().fail_at(0);

  const Answer runs = list("status=failed");
  ASSERT_EQ(runs.value.at("items")->array()->size(), 1U);
  const json::Value& run = runs.value.at("items")->array()->front();
  EXPECT_EQ(run.text_at("status"), "failed");
  EXPECT_EQ(run.at("problem")->text_at("code"), "injected_fault");
  EXPECT_TRUE(run.at("summary")->is_null());
  const Answer one = ask("GET", "/api/tenant/sync/runs/" + run.text_at("runId"));
  EXPECT_EQ(one.value.at("problem")->text_at("code"), "injected_fault");
}

TEST_P(Runs, ARollbackThatFailedIsRememberedToo) {
  const std::string undone = ask("POST", "/api/tenant/sync/prod").value.text_at("runId");
  world_->database().fail_at(8);
  EXPECT_EQ(ask("POST", "/api/tenant/sync/runs/" + undone + "/rollback").status, 500);
  world_->database().fail_at(0);

  const Answer runs = list("status=failed&kind=rollback");
  ASSERT_EQ(runs.value.at("items")->array()->size(), 1U);
  const json::Value& run = runs.value.at("items")->array()->front();
  EXPECT_EQ(run.text_at("rollsBack"), undone);
  EXPECT_EQ(run.at("problem")->text_at("code"), "injected_fault");
  EXPECT_TRUE(ask("GET", "/api/tenant/sync/runs/" + undone).value.at("rolledBackBy")->is_null());
}

TEST_P(Runs, WhatIsWrongWithTheRequestIsNoRun) {
  EXPECT_EQ(ask("POST", "/api/tenant/sync/nowhere").status, 404);
  EXPECT_EQ(ask("POST", "/api/tenant/sync/dev").status, 422);

  EXPECT_TRUE(list("").value.at("items")->array()->empty());
}

TEST_P(Runs, OneThatIsEndedMeanwhileAppliesNothing) {
  const Answer queued = world_->send(
      {.method = "POST", .target = "/api/tenant/sync/prod", .headers = {{"Prefer", "respond-async"}}}, "owner", "dev");
  ASSERT_EQ(queued.status, 202);
  const Uuid id = parse_uuid(queued.value.text_at("runId")).value();
  {
    const auto transaction = world_->database().begin_write(db::deployment());
    const store::RunEnd end{.target = "prod",
                            .id = id,
                            .status = "failed",
                            .finished_at = 1,
                            .problem = R"({"code": "interrupted", "detail": "It was given up."})"};
    ASSERT_TRUE(store::end_run(transaction.value()->connection(), end).value());
    ASSERT_TRUE(transaction.value()->commit().ok());
  }

  world_->work();

  EXPECT_EQ(ask("GET", "/api/tenant/sync/runs/" + id.text()).value.text_at("status"), "failed");
  EXPECT_EQ(world_->send({.method = "GET", .target = "/api/tools"}, "owner", "prod").value.at("items")->array()->size(),
            0U);
}

TEST_P(Runs, WhoseTokenIsRevokedFollowsNoLonger) {
  const auto notifier = db::make_notifier();
  runs::Center center(world_->services(), *notifier, {.workers = 0});
  const auto queued =
      center.submit({.principal = owner(), .target = "prod", .steps = {Kind::tool}}, promotion::promote);
  const Answer key = ask("POST", "/api/tenant/apiKeys", R"({"description": "follower"})");
  Principal follower = owner();
  follower.token = parse_uuid(key.value.text_at("id")).value();
  const std::shared_ptr<Feed> feed = center.follow(follower, queued.value().id, 0).value().value();
  ASSERT_TRUE(center.check_followers().ok());
  EXPECT_FALSE(feed->take().ended);

  ask("DELETE", "/api/tenant/apiKeys/" + key.value.text_at("id"));

  ASSERT_TRUE(center.check_followers().ok());
  EXPECT_TRUE(feed->take().ended);
}

// As when it has waited for another run, whose end makes its plan stale.
TEST_P(Runs, AWishToStopWinsOverWhatWouldHaveEndedIt) {
  const auto notifier = db::make_notifier();
  runs::Center center(world_->services(), *notifier, {.workers = 0});
  const auto stop = [&](const Services&, const promotion::PromotionRequest& request) -> Result<promotion::Report> {
    EXPECT_TRUE(center.cancel(owner(), *request.run_id).ok());
    return fail(ErrorKind::conflict, "plan_stale", "Plan again.");
  };
  const auto queued = center.submit({.principal = owner(), .target = "prod", .steps = {Kind::tool}}, stop);
  ASSERT_TRUE(queued.ok());

  ASSERT_TRUE(center.run_next());

  const Answer run = ask("GET", "/api/tenant/sync/runs/" + queued.value().id.text());
  EXPECT_EQ(run.value.text_at("status"), "cancelled");
  EXPECT_EQ(run.value.at("problem")->text_at("code"), "run_cancelled");
}

TEST_P(Runs, WhatADeadServerLeftIsEndedByTheNext) {
  const Answer queued = world_->send(
      {.method = "POST", .target = "/api/tenant/sync/prod", .headers = {{"Prefer", "respond-async"}}}, "owner", "dev");
  const std::string id = queued.value.text_at("runId");
  {
    const auto transaction = world_->database().begin_write(db::deployment());
    ASSERT_TRUE(store::delete_servers(transaction.value()->connection(), 9'000'000'000'000).ok());
    ASSERT_TRUE(transaction.value()->commit().ok());
  }

  const auto notifier = db::make_notifier();
  runs::Center next(world_->services(), *notifier, {.workers = 0});
  ASSERT_TRUE(next.start().ok());

  const Answer run = ask("GET", "/api/tenant/sync/runs/" + id);
  EXPECT_EQ(run.value.text_at("status"), "failed");
  EXPECT_EQ(run.value.at("problem")->text_at("code"), "interrupted");
  world_->work();
  EXPECT_EQ(ask("GET", "/api/tenant/sync/runs/" + id).value.text_at("status"), "failed");
}

class EventLogs : public testing::Test {
 protected:
  std::shared_ptr<Feed> follow(std::int64_t after) {
    auto feed = std::make_shared<Feed>(1000);
    runs::Follower follower;
    follower.run.id = run_;
    follower.feed = feed;
    EXPECT_TRUE(log_.follow(std::move(follower), after));
    return feed;
  }
  void add(std::int64_t id, const std::string& name) { log_.add(run_, {.id = id, .name = name, .data = "{}"}, 1000); }

  const Uuid run_ = make_uuid7(1);
  runs::EventLog log_;
};

TEST_F(EventLogs, GoForwardToTheEnd) {
  add(1, "progress");
  const auto feed = follow(0);
  add(3, "progress");
  add(2, "progress");
  add(4, "finished");
  add(5, "progress");

  const Feed::Taken taken = feed->take();
  EXPECT_EQ(taken.text,
            "id: 1\nevent: progress\ndata: {}\n\nid: 3\nevent: progress\ndata: {}\n\n"
            "id: 4\nevent: finished\ndata: {}\n\n");
  EXPECT_TRUE(taken.ended);
}

TEST_F(EventLogs, GoOnAfterTheEventSeenLast) {
  add(1, "progress");
  add(2, "progress");
  add(3, "finished");

  EXPECT_EQ(follow(2)->take().text, "id: 3\nevent: finished\ndata: {}\n\n");
  EXPECT_EQ(follow(3)->take().text, "");
  EXPECT_TRUE(follow(3)->take().ended);
}

TEST_F(EventLogs, KeepTheLastOfManyEvents) {
  for (std::int64_t id = 1; id <= 1000; ++id) add(id, "progress");

  EXPECT_EQ(log_.last_id(run_), 1000);
  EXPECT_EQ(follow(998)->take().text, "id: 999\nevent: progress\ndata: {}\n\nid: 1000\nevent: progress\ndata: {}\n\n");
  EXPECT_TRUE(follow(0)->take().text.starts_with("id: 937\n"));
}

TEST_F(EventLogs, LetGoOfWhoLeftAndOfWhatIsOver) {
  const auto feed = follow(0);
  follow(0);
  add(1, "progress");
  log_.tidy(1000);
  EXPECT_EQ(log_.followers().size(), 1U);
  feed->leave();
  log_.tidy(1000);
  EXPECT_EQ(log_.followers().size(), 0U);
  add(2, "finished");
  log_.tidy(1000 + 59'000);
  EXPECT_EQ(log_.last_id(run_), 2);

  log_.tidy(1000 + 61'000);

  EXPECT_EQ(log_.last_id(run_), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Runs, testing::Values(Engine::sqlite, Engine::postgres),
                         [](const testing::TestParamInfo<Engine>& param) {
                           return param.param == Engine::sqlite ? "sqlite" : "postgres";
                         });

}  // namespace
}  // namespace syncline::test
