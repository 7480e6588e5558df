#pragma once
// Tenants, accounts, API keys and variables. Each verb is one transaction. Rules that go beyond the routes table's role
// are here.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.h"
#include "access/services.h"
#include "model/principal.h"
#include "store/people.h"
#include "store/variables.h"

namespace syncline::access {

struct NewTenant {
  std::string id;
  std::string label;
  std::string environment;  // development | staging | production
};
bool is_environment(std::string_view environment);

// Who makes a tenant owns it. Errors: invalid `invalid_tenant_id` | `reserved_tenant_id`; conflict `tenant_exists`.
Result<store::TenantRow> create_tenant(const Services& services, const Principal& who, const NewTenant& wanted);
Result<store::TenantRow> get_tenant(const Services& services, const Principal& who);
// Of the policy; what is not given stays.
struct PolicyChange {
  std::optional<Role> minimum_role = {};
  std::optional<std::optional<std::vector<std::string>>> allowed_sources = {};
  std::optional<std::optional<std::vector<Kind>>> kinds = {};
  std::optional<std::vector<FreezeWindow>> freeze_windows = {};
  std::optional<ApprovalWhen> approvals_when = {};
  std::optional<std::int64_t> approvals_count = {};
  std::optional<Role> approvals_minimum_role = {};
  std::optional<std::int64_t> approvals_expire_hours = {};
  std::optional<double> prune_limit = {};
};
struct TenantChange {
  std::optional<std::string> label = {};
  std::optional<std::string> environment = {};
  PolicyChange policy = {};  // an owner's to change: forbidden `role_required`
};
Result<store::TenantRow> edit_tenant(const Services& services, const Principal& who, const TenantChange& change);
// Tenants this person is a member of.
Result<std::vector<store::MembershipRow>> list_memberships(const Services& services, const Principal& who,
                                                           std::string_view after, std::int64_t limit);

struct NewAccount {
  std::string email;
  std::string display_name;
  Role role = Role::viewer;
  std::optional<std::string> password;
};
Result<std::vector<store::AccountRow>> list_accounts(const Services& services, const Principal& who, const Uuid& after,
                                                     std::int64_t limit);
// Makes the person too if need be. Errors: forbidden `role_too_high`; conflict `account_exists`; invalid
// `password_not_allowed`, for a person there already, whose password is his own.
Result<store::AccountRow> create_account(const Services& services, const Principal& who, const NewAccount& wanted);
// Errors of both: not_found; forbidden `role_too_high`; conflict `last_owner`.
Result<store::AccountRow> edit_account(const Services& services, const Principal& who, const Uuid& person, Role role);
Done delete_account(const Services& services, const Principal& who, const Uuid& person);

// A person's own keys to the tenant.
Result<std::vector<store::TokenRow>> list_api_keys(const Services& services, const Principal& who, const Uuid& after,
                                                   std::int64_t limit);
struct NewKey {
  store::TokenRow row;
  std::string token;  // shown once
};
Result<NewKey> create_api_key(const Services& services, const Principal& who, std::string_view description,
                              std::optional<TimeMs> expires_at);
Done delete_api_key(const Services& services, const Principal& who, const Uuid& id);

bool is_variable_name(std::string_view name);
Result<std::vector<store::VariableRow>> list_variables(const Services& services, const Principal& who,
                                                       std::string_view after, std::int64_t limit);
// Gives the time it was set.
Result<TimeMs> put_variable(const Services& services, const Principal& who, std::string_view name,
                            std::string_view value);
Done delete_variable(const Services& services, const Principal& who, std::string_view name);

// Whether nobody has been made the first person of this deployment.
Result<bool> is_deployment_empty(const Services& services);
// The first tenant and person of a deployment: superuser, and owner of the tenant. Gives an API key. Errors: conflict
// `already_bootstrapped`; invalid `invalid_tenant_id` | `reserved_tenant_id` | `invalid_email` | `weak_password`.
Result<std::string> bootstrap(const Services& services, std::string_view tenant, std::string_view email,
                              std::string_view password);

// Errors: invalid `invalid_email` | `weak_password`.
Done check_email(std::string_view email);
Done check_password(std::string_view password);

}  // namespace syncline::access
