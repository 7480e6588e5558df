#pragma once
// What a target lets in: from whom, of which kinds, when, and with whose approval. Kept as JSON with the tenant; the
// role a person needs (S4) is a column of its own. An owner changes it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "model/kinds.h"
#include "model/principal.h"

namespace syncline::access {

// A stretch of time in which nothing is synced into the tenant.
struct FreezeWindow {
  std::string name;
  // Each week on these days (bit 0 is Monday), from one minute of the day until another, as the clocks of the zone show
  // it. An end that is not after the beginning is on the next day.
  unsigned days = 0;
  int from = 0;
  int to = 0;
  std::string time_zone = {};
  // Or, without days: once.
  TimeMs start = 0;
  TimeMs end = 0;
};
// "mon" … "sun"; the bit of a day is its place.
inline constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
bool is_time_zone(std::string_view name);
// Of a text such as "18:00".
std::optional<int> parse_minute(std::string_view text);

// When the freeze that is on at this moment ends, windows that overlap or touch taken as one; nothing when none is on.
std::optional<TimeMs> frozen_until(const std::vector<FreezeWindow>& windows, TimeMs now);
inline bool is_frozen(const std::vector<FreezeWindow>& windows, TimeMs now) {
  return frozen_until(windows, now).has_value();
}

enum class ApprovalWhen { never, risk, always };
inline constexpr std::string_view kApprovalWhens[] = {"never", "risk", "always"};
struct ApprovalRule {
  ApprovalWhen when = ApprovalWhen::never;
  std::int64_t count = 1;
  Role minimum_role = Role::admin;
  std::int64_t expires_hours = 24;
};

struct SyncPolicy {
  std::optional<std::vector<std::string>> allowed_sources = {};  // any
  std::optional<std::vector<Kind>> kinds = {};                   // all
  std::vector<FreezeWindow> freeze_windows = {};
  ApprovalRule approvals = {};
  double prune_limit = 0.2;  // the share of a tenant's copies from one source that one sync may prune
};
// As it is stored and shown.
json::Object policy_json(const SyncPolicy& policy);
// Of the stored text. Error: internal `policy_damaged`: what cannot be read lets nothing in.
Result<SyncPolicy> read_policy(std::string_view text);

// What stands against a sync of these kinds from there at this moment, the first of which is its error.
struct Block {
  ErrorKind kind = ErrorKind::forbidden;
  std::string code;  // forbidden `source_not_allowed` | `kind_not_allowed`; conflict `frozen`
  std::string detail;
  std::optional<TimeMs> until = {};
};
std::vector<Block> find_blocks(const SyncPolicy& policy, std::string_view source, const std::vector<Kind>& kinds,
                               TimeMs now);
// The same as an error; that of `frozen` has the extension `until`.
Done check_policy(const SyncPolicy& policy, std::string_view source, const std::vector<Kind>& kinds, TimeMs now);

// Of the windows alone: a rollback waits for them too, and for nothing else.
Done check_freeze(const SyncPolicy& policy, TimeMs now);

}  // namespace syncline::access
