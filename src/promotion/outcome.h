#pragma once
// What a plan comes to: counts, what is left out, what dangles, what is missing. The same before it is applied as
// after.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "promotion/select.h"

namespace syncline::promotion {

struct Counts {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t drifted = 0;
  std::int64_t conflicts = 0;
  std::int64_t excluded = 0;
  std::int64_t pruned = 0;
};

struct StepOutcome {
  Counts counts;
  std::int64_t members = 0;
  std::vector<std::string> excluded;      // JSON objects, as in the report
  std::vector<std::string> named_before;  // what is left out here too, and is in the list of an earlier step already
  std::vector<std::string> dangling;
};
using Outcome = std::array<StepOutcome, kKinds.size()>;

// Counts what the plan says; for a part of the members, on top of what the watermarks remember. What dangled at the
// watermark is looked up in the target again.
Result<Outcome> sum_up(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                       const Selection& selection, const planning::Plan& plan, const store::Watermarks& watermarks);

struct VariableUser {
  Kind kind = Kind::document;
  Uuid id;
  std::string name;
};
struct MissingVariable {
  std::string name;
  std::vector<VariableUser> used_by;
};
// Variables that what is taken by these steps uses and the target does not have (X41). What was detached is not taken.
Result<std::vector<MissingVariable>> find_missing_variables(db::Connection& connection, const planning::Kinds& steps,
                                                            const Pair& pair, const Selection& selection,
                                                            const planning::Plan& plan);
// Things somebody should know that are in no other list.
Result<std::vector<std::string>> find_warnings(db::Connection& connection, const Pair& pair,
                                               const planning::Plan& plan);

}  // namespace syncline::promotion
