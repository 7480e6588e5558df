#pragma once
// What a plan says of its changes beyond what a report does: which fields change and how, what is risky about them,
// whose edits they overwrite; and what only the bodies tell before anything is written. Reads the bodies of what
// changes, a few hundred resources at a time, and no others.

#include <string>
#include <vector>

#include "promotion/compute.h"
#include "promotion/items.h"

namespace syncline::promotion {

struct Description {
  Additions items;    // of created and updated ones
  Additions changes;  // the pointers of an updated one's fields, as a JSON array
  bool risky = false;
  std::vector<std::string> embedding_mismatches;  // JSON objects, as in the plan's preflight
  std::vector<std::string> version_clashes;
};

Result<Description> describe(db::Connection& connection, const PromotionRequest& request, const Computed& computed);

}  // namespace syncline::promotion
