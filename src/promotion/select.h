#pragma once
// What a promotion takes, from as few rows as tell it.

#include <memory>
#include <string>
#include <vector>

#include "planning/closure.h"
#include "planning/make_plan.h"
#include "promotion/snapshot.h"

namespace syncline::promotion {

struct Release;  // promotion/releases.h

struct Selection {
  Snapshot snapshot;
  planning::Closure closure;
  planning::Marking marking = planning::Marking::all;
  bool everything = true;                       // all members are here; else those that moved since the watermarks
  std::vector<std::string> built_ins;           // named, and never taken
  std::shared_ptr<const Release> release = {};  // where the source's rows are from, when it is not the source itself
};

// What a request names in one of its members; built-in tools go to the selection's own list. Error: invalid
// `unknown_resource`.
Result<std::vector<planning::Index>> find_named(const std::vector<NamedResource>& named, std::string_view member,
                                                Selection& selection);

// Errors: invalid `unknown_resource`, for names of what the source does not have; not_found `release_not_found`.
Result<Selection> select_resources(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                                   const store::Revisions& source, const store::Watermarks& watermarks);

}  // namespace syncline::promotion
