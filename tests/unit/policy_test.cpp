// Freeze windows: pure, so their corners are here. In Berlin clocks go forward on 28 March 2027 at 02:00 and back on
// 31 October 2027 at 03:00.
#include "access/policy.h"

#include <gtest/gtest.h>

namespace syncline::access {
namespace {

TimeMs at(std::string_view text) { return parse_time(text).value(); }

FreezeWindow weekly(unsigned days, std::string_view from, std::string_view to, std::string zone = "Europe/Berlin") {
  return {.name = "w",
          .days = days,
          .from = parse_minute(from).value(),
          .to = parse_minute(to).value(),
          .time_zone = std::move(zone)};
}

std::string until(const std::vector<FreezeWindow>& windows, std::string_view now) {
  const std::optional<TimeMs> end = frozen_until(windows, at(now));
  return end ? format_time(*end) : "";
}

constexpr unsigned kFriday = 1U << 4;
constexpr unsigned kSaturday = 1U << 5;
constexpr unsigned kSunday = 1U << 6;
constexpr unsigned kEveryDay = 0x7f;

TEST(FreezeWindows, BeginWithTheirFirstMomentAndEndBeforeTheirLast) {
  const std::vector<FreezeWindow> windows = {weekly(kFriday, "18:00", "20:00")};

  EXPECT_EQ(until(windows, "2027-01-15T16:59:59.999Z"), "");
  EXPECT_EQ(until(windows, "2027-01-15T17:00:00Z"), "2027-01-15T19:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-01-15T18:59:59.999Z"), "2027-01-15T19:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-01-15T19:00:00Z"), "");
  EXPECT_EQ(until(windows, "2027-01-16T17:30:00Z"), "");
}

TEST(FreezeWindows, OverMidnightBelongToTheDayTheyBeganOn) {
  const std::vector<FreezeWindow> windows = {weekly(kFriday, "18:00", "08:00")};

  EXPECT_EQ(until(windows, "2027-01-15T23:30:00Z"), "2027-01-16T07:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-01-16T06:59:00Z"), "2027-01-16T07:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-01-15T06:00:00Z"), "");
  EXPECT_EQ(until(windows, "2027-01-16T18:00:00Z"), "");
}

TEST(FreezeWindows, AreAsTheClocksOfTheZoneShow) {
  const std::vector<FreezeWindow> windows = {weekly(kEveryDay, "18:00", "20:00")};

  EXPECT_EQ(until(windows, "2027-03-27T17:30:00Z"), "2027-03-27T19:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-03-28T16:30:00Z"), "2027-03-28T18:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-10-30T16:30:00Z"), "2027-10-30T18:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-10-31T16:30:00Z"), "");
  EXPECT_EQ(until({weekly(kFriday, "09:00", "10:00", "Asia/Tokyo")}, "2027-01-15T00:30:00Z"),
            "2027-01-15T01:00:00.000Z");
}

TEST(FreezeWindows, OverAChangeOfTheClocksAreShorterOrLonger) {
  const std::vector<FreezeWindow> windows = {weekly(kSaturday, "23:00", "04:00")};

  EXPECT_EQ(until(windows, "2027-03-27T22:00:00Z"), "2027-03-28T02:00:00.000Z");
  EXPECT_EQ(until(windows, "2027-10-30T21:00:00Z"), "2027-10-31T03:00:00.000Z");
}

TEST(FreezeWindows, AtATimeThatIsSkippedBeginWhenClocksChange) {
  const std::vector<FreezeWindow> windows = {weekly(kSunday, "02:30", "05:00")};

  EXPECT_EQ(until(windows, "2027-03-28T00:59:59Z"), "");
  EXPECT_EQ(until(windows, "2027-03-28T01:00:00Z"), "2027-03-28T03:00:00.000Z");
}

TEST(FreezeWindows, AtATimeThatComesTwiceTakeBoth) {
  const std::vector<FreezeWindow> windows = {weekly(kSunday, "02:15", "02:45")};

  EXPECT_EQ(until(windows, "2027-10-31T00:15:00Z"), "2027-10-31T01:45:00.000Z");
  EXPECT_EQ(until(windows, "2027-10-31T01:44:00Z"), "2027-10-31T01:45:00.000Z");
}

TEST(FreezeWindows, ThatTouchAreOne) {
  const std::vector<FreezeWindow> windows = {
      weekly(kFriday, "18:00", "00:00"),
      weekly(kSaturday, "00:00", "00:00"),
      {.name = "once", .start = at("2027-01-16T22:00:00Z"), .end = at("2027-01-17T12:00:00Z")}};

  EXPECT_EQ(until(windows, "2027-01-15T20:00:00Z"), "2027-01-17T12:00:00.000Z");
}

TEST(FreezeWindows, OfAZoneThatIsKnownNoMoreFreeze) {
  const std::vector<FreezeWindow> windows = {weekly(kFriday, "18:00", "20:00", "Europe/Nowhere")};

  EXPECT_TRUE(is_frozen(windows, at("2027-01-12T00:00:00Z")));
}

TEST(Policy, IsReadAsItWasWritten) {
  SyncPolicy policy;
  policy.allowed_sources = {"acme-dev"};
  policy.kinds = {Kind::tool, Kind::agent};
  policy.freeze_windows = {weekly(kFriday | kSunday, "18:00", "08:00"),
                           {.name = "once", .start = at("2027-01-16T22:00:00Z"), .end = at("2027-01-17T12:00:00Z")}};
  policy.approvals = {.when = ApprovalWhen::risk, .count = 2, .minimum_role = Role::owner, .expires_hours = 3};
  policy.prune_limit = 0.5;
  const std::string text = json::write(policy_json(policy));

  const auto read = read_policy(text);

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(json::write(policy_json(read.value())), text);
}

TEST(Policy, ThatIsDamagedLetsNothingIn) {
  for (const char* text : {"", "[]", "{\"kinds\":null}",
                           "{\"allowedSources\":null,\"kinds\":[\"x\"],\"freezeWindows\":"
                           "[],\"approvals\":{},\"pruneLimit\":0}"}) {
    const auto read = read_policy(text);

    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, "policy_damaged");
  }
}

}  // namespace
}  // namespace syncline::access
