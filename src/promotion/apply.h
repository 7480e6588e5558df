#pragma once
// Writes a plan into the target: one small row for each copy; bodies, files and vectors stay where they are and are
// pointed at; credentials are sealed anew (S24).

#include "access/services.h"
#include "promotion/compute.h"
#include "promotion/ledger.h"
#include "promotion/progress.h"

namespace syncline::promotion {

// `pruned`: the ids of copies to delete, in order. Gives what there was before, but for the watermarks.
Result<Ledger> apply_plan(db::Connection& connection, const Services& services, const PromotionRequest& request,
                          const Computed& computed, const std::vector<Uuid>& pruned, TimeMs now,
                          ProgressCount& progress);

}  // namespace syncline::promotion
