#pragma once
// Undoing a run: the target gets back, row for row, what it had before (X45). The undoing is a run with a ledger of its
// own, so that it can be undone as well.

#include <optional>
#include <vector>

#include "access/services.h"
#include "promotion/report.h"
#include "promotion/request.h"

namespace syncline::promotion {

struct RollbackRequest {
  Principal principal;  // of the run's source or of its target
  Uuid run;
  std::optional<std::vector<NamedResource>> resources = {};  // of the target; without them, all that the run changed
  bool overwrite_edits = false;
};

// Errors: not_found, also for who sees the run and is in another tenant; those of access/authorise.h; conflict
// `nothing_to_roll_back` | `edited_since` | `in_use`; invalid `unknown_resource`.
Result<Report> roll_back(const Services& services, const RollbackRequest& request);

}  // namespace syncline::promotion
