// Every file of tests/scenarios, as it is and with each statement of each write failing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "support/scenario.h"

namespace syncline::test {
namespace {

using Case = std::tuple<std::string, Engine>;

class Scenarios : public testing::TestWithParam<Case> {
 protected:
  void expect_to_hold(Mode mode) {
    const auto& [file, engine] = GetParam();
    if (!is_available(engine)) GTEST_SKIP() << "SYNCLINE_TEST_POSTGRES is not set: run ./dev test";
    EXPECT_EQ(run_scenario(file, engine, mode).mistake, "");
  }
};

TEST_P(Scenarios, HoldAsWritten) { expect_to_hold(Mode::plain); }
TEST_P(Scenarios, HoldWhenEachStatementFailsOnce) { expect_to_hold(Mode::faults); }

std::string name_of(const testing::TestParamInfo<Case>& param) {
  const auto& [file, engine] = param.param;
  std::string name = std::filesystem::path(file).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name + (engine == Engine::sqlite ? "_sqlite" : "_postgres");
}
INSTANTIATE_TEST_SUITE_P(Files, Scenarios,
                         testing::Combine(testing::ValuesIn(scenario_files(SYNCLINE_SCENARIOS_DIR)),
                                          testing::Values(Engine::sqlite, Engine::postgres)),
                         name_of);

}  // namespace
}  // namespace syncline::test
