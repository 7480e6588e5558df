#pragma once
// What a promotion takes, from as few rows as tell it.

#include <string>
#include <vector>

#include "planning/closure.h"
#include "planning/make_plan.h"
#include "promotion/snapshot.h"

namespace syncline::promotion {

struct Selection {
  Snapshot snapshot;
  planning::Closure closure;
  planning::Marking marking = planning::Marking::all;
  bool everything = true;              // all members are here; else those that moved since the watermarks
  std::vector<std::string> built_ins;  // named, and never taken
};

// Error: invalid `unknown_resource`, for names of what the source does not have.
Result<Selection> select_resources(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                                   const store::Revisions& source, const store::Watermarks& watermarks);

}  // namespace syncline::promotion
