#pragma once
// The table `approvals`: one decision of a person about a plan.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"
#include "model/principal.h"
#include "store/plans.h"

namespace syncline::store {

struct ApprovalRow {
  Uuid person;
  Digest digest{};
  std::string decision;  // approved | denied
  std::optional<std::string> comment = {};
  TimeMs decided_at = 0;
  std::string email = {};         // read beside it
  std::optional<Role> role = {};  // in the target now; nothing: no member any more
};
// In the order they were decided.
Result<std::vector<ApprovalRow>> list_approvals(db::Connection& connection, const PlanRow& plan);
// In place of what the person decided before.
Done upsert_approval(db::Connection& connection, const PlanRow& plan, const ApprovalRow& approval);

}  // namespace syncline::store
