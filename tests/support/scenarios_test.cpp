// Every file of tests/scenarios, as it is and with each statement of each write failing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/scenario.h"

namespace syncline::test {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SYNCLINE_SCENARIOS_DIR)) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, HoldAsWritten) { EXPECT_EQ(run_scenario(GetParam(), Mode::plain), ""); }
TEST_P(Scenarios, HoldWhenEachStatementFailsOnce) { EXPECT_EQ(run_scenario(GetParam(), Mode::faults), ""); }

std::string name_of(const testing::TestParamInfo<std::string>& param) {
  std::string name = std::filesystem::path(param.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Files, Scenarios, testing::ValuesIn(scenario_files()), name_of);

}  // namespace
}  // namespace syncline::test
