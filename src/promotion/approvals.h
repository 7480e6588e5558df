#pragma once
// Approvals of plans by members of the target, as its policy asks for them. An approval is of what the plan's digest
// stands for: applying compares that digest, so nothing else is ever approved with it.

#include <optional>
#include <string>
#include <string_view>

#include "access/policy.h"
#include "access/services.h"
#include "model/principal.h"
#include "promotion/plans.h"

namespace syncline::promotion {

inline constexpr std::string_view kApprovalRequired = "approval_required";
inline constexpr std::string_view kApprovalPending = "approval_pending";

// Whether the policy lets this be applied by that person now, from live rows. `plan`: nothing for a sync without one.
// What writes nothing needs nobody's word, and neither does a rollback. Errors: conflict `approval_required`, for a
// sync without a plan, `approval_pending` | `approval_denied`, with the plan's id and address.
struct ToApply {
  const store::PlanRow* plan = nullptr;
  bool writes = false;
  const Principal& principal;
};
Done check_approved(db::Connection& connection, const access::SyncPolicy& policy, const ToApply& wanted, TimeMs now);

// Whether the policy wants somebody's word about such a plan. One that writes nothing needs none.
bool needs_approval(const access::SyncPolicy& policy, const store::PlanRow& plan);

// What the tenant lets in. Error: not_found `tenant_not_found`.
Result<access::SyncPolicy> policy_of(db::Connection& connection, std::string_view tenant);

// Tells the target's webhooks of a plan that was kept and needs a word (event `approval.wanted`).
Done tell_approvers(db::Connection& connection, const access::SyncPolicy& policy, const store::PlanRow& plan,
                    TimeMs now);

// {required, granted, status, expiresAt, decisions}, or null for a plan that needs none and has none.
Result<json::Value> approval_json(db::Connection& connection, const access::SyncPolicy& policy,
                                  const store::PlanRow& plan, TimeMs now);

struct Decision {
  bool approved = false;
  std::optional<std::string> comment = {};
};
// The plan with it, as JSON. A person decides once; a later word replaces the one before. Errors: not_found
// `not_found`, for a plan into another tenant too; forbidden `role_required` | `self_approval`; conflict `plan_used` |
// `plan_expired`.
Result<std::string> decide(const Services& services, const Principal& principal, const Uuid& id,
                           const Decision& decision);

// The open plans into the person's tenant that need approval, those before `before`; "" for `status` is any. A page may
// hold fewer than there are.
Result<PlanListing> list_approvals(const Services& services, const Principal& principal, std::string_view status,
                                   const std::optional<Uuid>& before, std::int64_t limit);

// The members of a problem that lead to a plan.
std::string plan_extension(const Uuid& plan);

}  // namespace syncline::promotion
