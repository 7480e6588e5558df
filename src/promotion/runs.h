#pragma once
// The history of syncs, for members of the source and of the target (X47).

#include <optional>
#include <string>
#include <vector>

#include "access/services.h"
#include "base/json.h"
#include "model/principal.h"
#include "promotion/report.h"
#include "store/runs.h"

namespace syncline::promotion {

// In the transaction of what the run did: into the history, and into the target's audit chain. Error: conflict
// `run_finished`, when its row has been ended meanwhile.
Done record_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Report& report);

// Keeps that a sync asked for by somebody who may sync there has failed, and why, as far as the database still lets us.
// What is wrong with the request itself is the caller's to know, and no run.
void remember_failure(const Services& services, const PromotionRequest& request, const Error& error, TimeMs started_at);
void remember_failure(const Services& services, const RollbackRequest& request, const Pair& pair, const Error& error,
                      TimeMs started_at);

// The undoing of `run`, which from then on says so.
Done record_rollback(db::Connection& connection, const RollbackRequest& request, const store::RunRow& run,
                     const Report& report);

// Out of the person's tenant and into it, the newest first, those before `before`.
Result<std::vector<store::RunRow>> list_runs(const Services& services, const Principal& principal,
                                             const store::RunFilter& filter, const std::optional<Uuid>& before,
                                             std::int64_t limit);

struct Run {
  store::RunRow row;
  std::optional<std::string> report = {};  // JSON; of one that succeeded
};
// Error: not_found `not_found`, also for who is a member of neither tenant.
Result<Run> get_run(const Services& services, const Principal& principal, const Uuid& id);

// Whether the person may stop or undo the run: ADMIN or OWNER of its source or its target. Error: forbidden
// `role_required`.
Done check_may_stop(const Services& services, const Principal& principal, const store::RunRow& run);

std::string problem_json(const Error& error);  // what is kept of it

// A run as lists, events and webhooks show it.
json::Value run_item(const store::RunRow& run);

// The id that a copy has or would have: derived (S20), unless the target has adopted one (X55), which its members see.
Result<Uuid> find_copy_id(const Services& services, const Principal& principal, std::string_view source,
                          std::string_view target, const Uuid& original);

struct Origin {
  std::string source;
  Uuid id;
};
// Where a copy comes from. Error: not_found `not_found`, also for who is no member of the target.
Result<Origin> find_origin(const Services& services, const Principal& principal, std::string_view target,
                           const Uuid& copy);

}  // namespace syncline::promotion
