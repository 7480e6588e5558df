#pragma once
// Plans as stored values: made once, seen by the members of both tenants, applied at most once (X40).
//
// A plan of another kind than "sync" (a rollback) is stored, shown, taken and used by the same functions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.h"
#include "access/services.h"
#include "model/principal.h"
#include "promotion/items.h"
#include "promotion/request.h"
#include "store/plans.h"

namespace syncline::promotion {

inline constexpr TimeMs kPlanLifetime = TimeMs{24} * 60 * 60 * 1000;

// The plan with its members that change as time goes by, as JSON. `policy`: of the target; nullptr for who is no member
// there, and is not shown what becomes of approvals. `document`: "" in lists, else what was found, as members after
// others (",\"items\":[…]").
Result<std::string> plan_json(db::Connection& connection, const store::PlanRow& plan, const access::SyncPolicy* policy,
                              std::string_view document, TimeMs now);

struct NewPlan {
  store::PlanRow row;
  std::string document;
  std::string states;  // JSON
};
Done store_plan(db::Connection& connection, const NewPlan& plan);

// Those of the person's tenant, the newest first, as JSON, those before `before`.
struct PlanListing {
  std::vector<std::string> items;
  std::optional<Uuid> last;  // there is more after this one
};
Result<PlanListing> list_plans(const Services& services, const Principal& principal, store::PlanFilter filter,
                               const std::optional<Uuid>& before, std::int64_t limit);
// Error: not_found `not_found`, also for who is a member of neither tenant.
Result<std::string> get_plan(const Services& services, const Principal& principal, const Uuid& id);

// {nodes, edges}, as promotion/plan_graph.h makes it. Error: as get_plan.
Result<std::string> get_plan_graph(const Services& services, const Principal& principal, const Uuid& id);

// For the one who applies it. Errors: not_found `not_found`, for one that is not of this pair and kind too; conflict
// `plan_used` | `plan_expired`.
Result<store::PlanRow> take_plan(db::Connection& connection, const Pair& pair, std::string_view kind, const Uuid& id,
                                 TimeMs now);
// Which release is promoted, be it asked for by itself or by a plan.
Result<std::optional<Uuid>> release_of(db::Connection& connection, const PromotionRequest& request);
// In the transaction of the run. Error: conflict `plan_used`, when somebody else was faster.
Done mark_used(db::Connection& connection, const store::PlanRow& plan, const Uuid& run);

}  // namespace syncline::promotion
