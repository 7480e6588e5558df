#pragma once
// The table `plans`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

// A plan without what it found.
struct PlanRow {
  Uuid id;
  std::string source;
  std::string target;
  std::string kind;     // sync | rollback
  std::string steps;    // comma-separated
  std::string request;  // JSON
  Digest digest{};
  std::int64_t source_revision = 0;
  std::int64_t target_revision = 0;
  std::string summary;  // JSON
  bool risky = false;
  Uuid created_by;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;
  std::optional<Uuid> run = {};
};
struct PlanTexts {
  std::string document;  // both compressed
  std::string states;
};

Done insert_plan(db::Connection& connection, const PlanRow& plan, const PlanTexts& texts);
Result<std::optional<PlanRow>> find_plan(db::Connection& connection, const Uuid& id);
Result<PlanTexts> load_plan_texts(db::Connection& connection, const PlanRow& plan);
// Whether it was still unused.
Result<bool> use_plan(db::Connection& connection, const PlanRow& plan, const Uuid& run);

// Of the whole deployment, with the words about them: plans that expired before and were not applied, so many at once.
// Gives how many went.
Result<std::int64_t> delete_expired_plans(db::Connection& connection, TimeMs expired_before, std::int64_t limit);

struct PlanFilter {
  std::string_view source = {};  // "" for any
  std::string_view target = {};
  std::string_view status = {};  // "" | open | applied | expired
  TimeMs now = 0;                // tells what is open from what has expired
};
// Plans out of the tenant and into it, the newest first, those before `before`.
Result<std::vector<PlanRow>> list_plans(db::Connection& connection, std::string_view tenant, const PlanFilter& filter,
                                        const Uuid& before, std::int64_t limit);

}  // namespace syncline::store
