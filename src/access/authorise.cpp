#include "access/authorise.h"

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
  return Authorised{.source = principal.tenant, .target = tenant->id};
}

}  // namespace syncline::access
