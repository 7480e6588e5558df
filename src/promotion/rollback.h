#pragma once
// Undoing a run: the target gets back, row for row, what it had before (X45). The undoing is a run with a ledger of its
// own, so that it can be undone as well.

#include <optional>
#include <vector>

#include "access/services.h"
#include "promotion/report.h"
#include "promotion/request.h"

namespace syncline::promotion {

// What undoing the run would do, as a stored plan of the kind `rollback` with `edits` (promotion/plans.h). Errors:
// those of roll_back, but for what speaks against it: the plan says so.
Result<std::string> plan_rollback(const Services& services, const RollbackRequest& request);

// Errors: not_found, also for who sees the run and is in another tenant; those of access/authorise.h; conflict
// `nothing_to_roll_back` | `edited_since` | `in_use`; invalid `unknown_resource`; with a plan, those of take_plan, and
// conflict `plan_stale`.
Result<Report> roll_back(const Services& services, const RollbackRequest& request);

}  // namespace syncline::promotion
