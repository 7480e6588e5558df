#pragma once
// The history of syncs, for members of the source and of the target (X47).

#include <optional>
#include <string>
#include <vector>

#include "access/services.h"
#include "model/principal.h"
#include "promotion/report.h"
#include "store/promotion.h"

namespace syncline::promotion {

Done record_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Report& report);

// Out of the person's tenant and into it, the newest first, those before `before`.
Result<std::vector<store::RunRow>> list_runs(const Services& services, const Principal& principal,
                                             const std::optional<Uuid>& before, std::int64_t limit);

// The report of a run. Error: not_found `not_found`, also for who is a member of neither tenant.
Result<std::string> get_run(const Services& services, const Principal& principal, const Uuid& id);

// The id that a copy has or would have (S20).
Uuid sync_id(std::string_view source, std::string_view target, const Uuid& original);

struct Origin {
  std::string source;
  Uuid id;
};
// Where a copy comes from. Error: not_found `not_found`, also for who is no member of the target.
Result<Origin> find_origin(const Services& services, const Principal& principal, std::string_view target,
                           const Uuid& copy);

}  // namespace syncline::promotion
