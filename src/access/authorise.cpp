#include "access/authorise.h"

#include <algorithm>

#include "store/people.h"

namespace syncline::access {

Result<Authorised> authorise_promotion(db::Connection& connection, const Principal& principal,
                                       std::string_view target) {
  const std::optional<store::AccountRow> in_source =
      TRY(store::find_account(connection, principal.tenant, principal.person));
  if (!in_source) return fail(ErrorKind::unauthenticated, "unauthenticated", "You are no longer a member.");
  if (in_source->role < Role::admin) {
    return fail(ErrorKind::forbidden, "role_required",
                "Starting a sync needs the role ADMIN in " + principal.tenant + "; yours is " +
                    std::string(role_name(in_source->role)) + ".");
  }
  if (target == principal.tenant) {
    return fail(ErrorKind::invalid, "same_tenant", "The target must be another tenant than the source.");
  }
  const std::optional<store::TenantRow> tenant = TRY(store::find_tenant(connection, target));
  const std::optional<store::AccountRow> in_target = TRY(store::find_account(connection, target, principal.person));
  if (!tenant || !in_target) return fail(ErrorKind::not_found, "tenant_not_found", "There is no such tenant.");
  if (in_target->role < tenant->minimum_role) {
    return fail(ErrorKind::forbidden, "target_role_required",
                "Syncing into " + tenant->id + " needs the role " + std::string(role_name(tenant->minimum_role)) +
                    " there; yours is " + std::string(role_name(in_target->role)) + ".");
  }
  SyncPolicy policy = TRY(read_policy(tenant->policy));
  return Authorised{.source = principal.tenant, .target = tenant->id, .policy = std::move(policy)};
}

Result<Authorised> authorise_rollback(db::Connection& connection, const Principal& principal, std::string_view source,
                                      std::string_view target) {
  if (principal.tenant == source) return authorise_promotion(connection, principal, target);
  const std::optional<store::TenantRow> tenant = TRY(store::find_tenant(connection, target));
  const std::optional<store::AccountRow> account = TRY(store::find_account(connection, target, principal.person));
  if (!tenant || !account) return fail(ErrorKind::unauthenticated, "unauthenticated", "You are no longer a member.");
  const Role needed = std::max(Role::admin, tenant->minimum_role);
  if (account->role < needed) {
    return fail(ErrorKind::forbidden, "role_required",
                "Undoing a run needs the role " + std::string(role_name(needed)) + " in " + tenant->id + "; yours is " +
                    std::string(role_name(account->role)) + ".");
  }
  SyncPolicy policy = TRY(read_policy(tenant->policy));
  return Authorised{.source = std::string(source), .target = tenant->id, .policy = std::move(policy)};
}

}  // namespace syncline::access
