// Runs that do not end well, are waited for, are watched, or are stopped.
#include <gtest/gtest.h>

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

TEST_P(Runs, WhatIsWrongWithTheRequestIsNoRun) {
  EXPECT_EQ(ask("POST", "/api/tenant/sync/nowhere").status, 404);
  EXPECT_EQ(ask("POST", "/api/tenant/sync/dev").status, 422);

  EXPECT_TRUE(list("").value.at("items")->array()->empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, Runs, testing::Values(Engine::sqlite, Engine::postgres),
                         [](const testing::TestParamInfo<Engine>& param) {
                           return param.param == Engine::sqlite ? "sqlite" : "postgres";
                         });

}  // namespace
}  // namespace syncline::test
