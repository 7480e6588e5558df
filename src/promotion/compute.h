#pragma once
// What a promotion would do now. A plan is this and no writes; a run is this and its writes.

#include "promotion/outcome.h"
#include "promotion/select.h"

namespace syncline::promotion {

struct Computed {
  Pair pair;
  store::Revisions source = {};  // where both tenants stand
  store::Revisions target = {};
  store::Watermarks watermarks = {};
  Selection selection = {};
  planning::Plan plan = {};
  Outcome outcome = {};
  std::vector<MissingVariable> missing_variables = {};
  std::vector<std::string> warnings = {};
};

// Error: invalid `unknown_resource`.
Result<Computed> compute(db::Connection& connection, const PromotionRequest& request, const Pair& pair);

}  // namespace syncline::promotion
