#pragma once
// What a promotion would do now. A plan is this and no writes; a run is this and its writes.

#include "promotion/orphans.h"
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
  std::vector<Orphan> orphans = {};  // of the steps
  bool prune = false;                // deletes them
  Outcome outcome = {};
  std::vector<MissingVariable> missing_variables = {};
  std::vector<std::string> warnings = {};

  const std::vector<Orphan>& pruned() const {
    static const std::vector<Orphan> kNone;
    return prune ? orphans : kNone;
  }
};

// Error: invalid `unknown_resource`.
Result<Computed> compute(db::Connection& connection, const PromotionRequest& request, const Pair& pair);

}  // namespace syncline::promotion
