#pragma once
// The rule of S4, decided inside the promotion's transaction from live rows.

#include <string>
#include <string_view>

#include "access/policy.h"
#include "db/connection.h"
#include "model/principal.h"

namespace syncline::access {

// Only the functions below make one.
struct Authorised {
  std::string source;
  std::string target;
  SyncPolicy policy;  // of the target
};

// What the policy says of kinds, time and approvals is for who promotes to ask. Errors: unauthenticated; forbidden
// `role_required` | `target_role_required`; invalid `same_tenant`; not_found `tenant_not_found`, the same for a tenant
// that is not there and one the person is no member of.
Result<Authorised> authorise_promotion(db::Connection& connection, const Principal& principal, std::string_view target);

// Undoing a run from source to target, by a principal of either: from the source as a sync into the target; from the
// target the role ADMIN there, and the one a sync into it needs. Errors: the same.
Result<Authorised> authorise_rollback(db::Connection& connection, const Principal& principal, std::string_view source,
                                      std::string_view target);

}  // namespace syncline::access
