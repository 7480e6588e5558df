#include "access/people.h"

#include <algorithm>
#include <array>

#include "access/authenticate.h"
#include "access/tenant_keys.h"
#include "access/tokens.h"
#include "audit/record.h"
#include "db/replicated_database.h"
#include "secrets/password.h"
#include "secrets/seal.h"

namespace syncline::access {
namespace {

constexpr std::size_t kLongestTenantId = 63;
constexpr std::size_t kShortestPassword = 12;
constexpr std::size_t kLongestPassword = 1000;
// Words that stand in the paths where a target's id does.
constexpr std::array<std::string_view, 6> kReserved = {"steps", "runs", "plans", "releases", "matrix", "id"};

bool is_slug_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

Done check_tenant_id(std::string_view id) {
  const bool is_slug = !id.empty() && id.size() <= kLongestTenantId && id.front() != '-' && id.back() != '-' &&
                       std::all_of(id.begin(), id.end(), is_slug_character);
  if (!is_slug) {
    return invalid_field("/id", "invalid_tenant_id",
                         "A tenant's id has 1 to 63 lower-case letters, digits and dashes, no dash at its ends.");
  }
  if (std::find(kReserved.begin(), kReserved.end(), id) != kReserved.end()) {
    return invalid_field("/id", "reserved_tenant_id", "This word is reserved.");
  }
  return done();
}

Result<store::TenantRow> insert_tenant(db::Connection& connection, const Services& services, const NewTenant& wanted,
                                       const Uuid& owner) {
  TRY(check_tenant_id(wanted.id));
  const std::optional<store::TenantRow> taken = TRY(store::find_tenant(connection, wanted.id));
  if (taken) return fail(ErrorKind::conflict, "tenant_exists", "There is a tenant of this id.");
  const TimeMs now = services.clock();
  store::TenantRow tenant{
      .id = wanted.id,
      .label = wanted.label,
      .environment = wanted.environment,
      .minimum_role = Role::admin,
      .sealed_key = secrets::wrap_tenant_key(services.master_key, wanted.id, secrets::make_tenant_key()),
      .created_at = now};
  TRY(store::insert_tenant(connection, tenant));
  TRY(store::insert_account(connection, tenant.id, owner, Role::owner, now));
  return tenant;
}

Result<store::TenantRow> need_tenant(db::Connection& connection, const Principal& who) {
  std::optional<store::TenantRow> tenant = TRY(store::find_tenant(connection, who.tenant));
  if (!tenant) return fail(ErrorKind::not_found, "not_found", "There is no such tenant.");
  return std::move(*tenant);
}

// The account somebody is about to change: not one of a role above his own, and not the last owner's.
Result<store::AccountRow> need_lower_account(db::Connection& connection, const Principal& who, const Uuid& person,
                                             bool stays_owner) {
  std::optional<store::AccountRow> account = TRY(store::find_account(connection, who.tenant, person));
  if (!account) return fail(ErrorKind::not_found, "not_found", "There is no such account.");
  if (account->role > who.role) {
    return fail(ErrorKind::forbidden, "role_too_high", "This account has a role above yours.");
  }
  if (account->role == Role::owner && !stays_owner) {
    const std::int64_t owners = TRY(store::count_owners(connection, who.tenant));
    if (owners <= 1) return fail(ErrorKind::conflict, "last_owner", "A tenant keeps at least one owner.");
  }
  return std::move(*account);
}

Done check_granted(const Principal& who, Role role) {
  if (role <= who.role) return done();
  return fail(ErrorKind::forbidden, "role_too_high", "You can grant roles up to your own only.");
}

// Sets what is asked for and differs, and tells what it was and is.
json::Object apply_change(store::TenantRow& tenant, const TenantChange& change) {
  json::Object details;
  const auto set = [&](std::string name, std::string& member, const std::optional<std::string>& wanted) {
    if (!wanted || member == *wanted) return;
    details.add(std::move(name), audit::change(member, *wanted));
    member = *wanted;
  };
  set("label", tenant.label, change.label);
  set("environment", tenant.environment, change.environment);
  return details;
}

// The same for the policy.
Result<json::Object> apply_change(store::TenantRow& tenant, const PolicyChange& change) {
  json::Object details;
  if (change.minimum_role && *change.minimum_role != tenant.minimum_role) {
    details.add("minimumRole", audit::change(role_name(tenant.minimum_role), role_name(*change.minimum_role)));
    tenant.minimum_role = *change.minimum_role;
  }
  const SyncPolicy before = TRY(read_policy(tenant.policy));
  SyncPolicy after = before;
  after.allowed_sources = change.allowed_sources.value_or(before.allowed_sources);
  after.kinds = change.kinds.value_or(before.kinds);
  after.freeze_windows = change.freeze_windows.value_or(before.freeze_windows);
  after.approvals = {.when = change.approvals_when.value_or(before.approvals.when),
                     .count = change.approvals_count.value_or(before.approvals.count),
                     .minimum_role = change.approvals_minimum_role.value_or(before.approvals.minimum_role),
                     .expires_hours = change.approvals_expire_hours.value_or(before.approvals.expires_hours)};
  after.prune_limit = change.prune_limit.value_or(before.prune_limit);
  const json::Object was = policy_json(before);
  const json::Object is = policy_json(after);
  for (const json::Member& member : is.members()) {
    const json::Value& old = *was.find(member.name);
    if (json::write(old) != json::write(member.value)) details.add(member.name, audit::change(old, member.value));
  }
  if (!details.empty()) tenant.policy = json::write(is);
  return details;
}

audit::Subject subject_of(const Uuid& person, std::string_view email) { return {"account", person.text(), email}; }

Result<store::PersonRow> insert_person(db::Connection& connection, const NewAccount& wanted,
                                       const std::optional<std::string>& hash, bool superuser, TimeMs now) {
  const std::string email = normal_email(wanted.email);
  store::PersonRow person{.id = make_uuid7(now),
                          .email = email,
                          .display_name = wanted.display_name.empty() ? email : wanted.display_name,
                          .password_hash = hash,
                          .superuser = superuser,
                          .created_at = now};
  TRY(store::insert_person(connection, person));
  return person;
}

Result<NewKey> insert_api_key(db::Connection& connection, std::string_view tenant, const Uuid& person,
                              std::string_view description, std::optional<TimeMs> expires_at, TimeMs now) {
  NewKey key{.row = {}, .token = make_token(kApiPrefix)};
  key.row = {.id = make_uuid7(now),
             .tenant = std::string(tenant),
             .person = person,
             .kind = "api",
             .hash = hash_token(key.token),
             .description = std::string(description),
             .created_at = now,
             .expires_at = expires_at};
  TRY(store::insert_token(connection, key.row));
  return key;
}

}  // namespace

bool is_environment(std::string_view environment) {
  return environment == "development" || environment == "staging" || environment == "production";
}

Done check_email(std::string_view email) {
  const std::size_t at = email.find('@');
  const bool plausible = at != std::string_view::npos && at > 0 && at + 1 < email.size() && email.size() <= 254 &&
                         email.find('@', at + 1) == std::string_view::npos &&
                         std::none_of(email.begin(), email.end(), [](char c) {
                           return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == ',' || c == ';';
                         });
  if (plausible) return done();
  return invalid_field("/email", "invalid_email", "This is no e-mail address.");
}

Done check_password(std::string_view password) {
  if (password.size() >= kShortestPassword && password.size() <= kLongestPassword) return done();
  return invalid_field("/password", "weak_password", "A password has 12 to 1000 bytes.");
}

Result<store::TenantRow> create_tenant(const Services& services, const Principal& who, const NewTenant& wanted) {
  const auto transaction = TRY(services.database.begin_write(db::writing(wanted.id)));
  store::TenantRow tenant = TRY(insert_tenant(transaction->connection(), services, wanted, who.person));
  TRY(audit::record(transaction->connection(), who, tenant.created_at,
                    {.tenant = tenant.id,
                     .action = "tenant.create",
                     .subject = {"tenant", tenant.id, tenant.label},
                     .details = {{"environment", tenant.environment}}}));
  TRY(transaction->commit());
  return tenant;
}

Result<store::TenantRow> get_tenant(const Services& services, const Principal& who) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  return need_tenant(transaction->connection(), who);
}

Result<store::TenantRow> edit_tenant(const Services& services, const Principal& who, const TenantChange& change) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  store::TenantRow tenant = TRY(need_tenant(transaction->connection(), who));
  json::Object details = apply_change(tenant, change);
  json::Object of_policy = TRY(apply_change(tenant, change.policy));
  if (!of_policy.empty() && who.role < Role::owner) {
    return fail(ErrorKind::forbidden, "role_required", "Only an OWNER may change what may be synced into the tenant.");
  }
  if (!of_policy.empty()) details.add("syncPolicy", std::move(of_policy));
  if (details.empty()) return tenant;
  TRY(store::update_tenant(transaction->connection(), tenant));
  TRY(audit::record(
      transaction->connection(), who, services.clock(),
      {.action = "tenant.edit", .subject = {"tenant", tenant.id, tenant.label}, .details = std::move(details)}));
  TRY(transaction->commit());
  return tenant;
}

Result<std::vector<store::MembershipRow>> list_memberships(const Services& services, const Principal& who,
                                                           std::string_view after, std::int64_t limit) {
  const auto transaction = TRY(db::begin_stale_read(services.database, db::reading_as(who.person)));
  return store::list_memberships(transaction->connection(), who.person, after, limit);
}

Result<std::vector<store::AccountRow>> list_accounts(const Services& services, const Principal& who, const Uuid& after,
                                                     std::int64_t limit) {
  const auto transaction = TRY(db::begin_stale_read(services.database, db::reading(who.tenant)));
  return store::list_accounts(transaction->connection(), who.tenant, after, limit);
}

Result<store::AccountRow> create_account(const Services& services, const Principal& who, const NewAccount& wanted) {
  TRY(check_email(wanted.email));
  TRY(check_granted(who, wanted.role));
  std::optional<std::string> hash;
  if (wanted.password) {
    TRY(check_password(*wanted.password));
    hash = TRY(secrets::hash_password(*wanted.password));
  }
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const TimeMs now = services.clock();
  std::optional<store::PersonRow> person = TRY(store::find_person(connection, normal_email(wanted.email)));
  if (person && wanted.password) {
    return invalid_field("/password", "password_not_allowed", "This person is known and has a password.");
  }
  if (!person) person = TRY(insert_person(connection, wanted, hash, false, now));
  const std::optional<store::AccountRow> there = TRY(store::find_account(connection, who.tenant, person->id));
  if (there) return fail(ErrorKind::conflict, "account_exists", "This person is a member already.");
  TRY(store::insert_account(connection, who.tenant, person->id, wanted.role, now));
  TRY(audit::record(connection, who, now,
                    {.action = "account.create",
                     .subject = subject_of(person->id, person->email),
                     .details = {{"role", role_name(wanted.role)}}}));
  TRY(transaction->commit());
  return store::AccountRow{
      .person = person->id, .email = person->email, .display_name = person->display_name, .role = wanted.role};
}

Result<store::AccountRow> edit_account(const Services& services, const Principal& who, const Uuid& person, Role role) {
  TRY(check_granted(who, role));
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  store::AccountRow account = TRY(need_lower_account(connection, who, person, role == Role::owner));
  if (account.role == role) return account;
  TRY(store::update_account(connection, who.tenant, person, role));
  TRY(audit::record(connection, who, services.clock(),
                    {.action = "account.edit",
                     .subject = subject_of(person, account.email),
                     .details = {{"role", audit::change(role_name(account.role), role_name(role))}}}));
  TRY(transaction->commit());
  account.role = role;
  return account;
}

Done delete_account(const Services& services, const Principal& who, const Uuid& person) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  const store::AccountRow account = TRY(need_lower_account(transaction->connection(), who, person, false));
  TRY(store::delete_account(transaction->connection(), who.tenant, person));
  TRY(audit::record(transaction->connection(), who, services.clock(),
                    {.action = "account.delete",
                     .subject = subject_of(person, account.email),
                     .details = {{"role", role_name(account.role)}}}));
  return transaction->commit();
}

Result<std::vector<store::TokenRow>> list_api_keys(const Services& services, const Principal& who, const Uuid& after,
                                                   std::int64_t limit) {
  const auto transaction = TRY(db::begin_stale_read(services.database, db::reading(who.tenant)));
  return store::list_api_tokens(transaction->connection(), who.tenant, who.person, after, limit);
}

Result<NewKey> create_api_key(const Services& services, const Principal& who, std::string_view description,
                              std::optional<TimeMs> expires_at) {
  const TimeMs now = services.clock();
  if (expires_at && *expires_at <= now) return invalid_field("/expiresAt", "already_expired", "This time has passed.");
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  NewKey key = TRY(insert_api_key(transaction->connection(), who.tenant, who.person, description, expires_at, now));
  json::Object details;
  if (expires_at) details.add("expiresAt", format_time(*expires_at));
  TRY(audit::record(transaction->connection(), who, now,
                    {.action = "apiKey.create",
                     .subject = {"apiKey", key.row.id.text(), description},
                     .details = std::move(details)}));
  TRY(transaction->commit());
  return key;
}

Done delete_api_key(const Services& services, const Principal& who, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  const bool was_there = TRY(store::delete_token(transaction->connection(), who.tenant, who.person, id));
  if (!was_there) return fail(ErrorKind::not_found, "not_found", "You have no such key.");
  TRY(audit::record(transaction->connection(), who, services.clock(),
                    {.action = "apiKey.delete", .subject = {"apiKey", id.text()}}));
  return transaction->commit();
}

bool is_variable_name(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 100 && !(name.front() >= '0' && name.front() <= '9') &&
         std::all_of(name.begin(), name.end(), is_word);
}

Result<std::vector<store::VariableRow>> list_variables(const Services& services, const Principal& who,
                                                       std::string_view after, std::int64_t limit) {
  const auto transaction = TRY(db::begin_stale_read(services.database, db::reading(who.tenant)));
  return store::list_variables(transaction->connection(), who.tenant, after, limit);
}

Result<TimeMs> put_variable(const Services& services, const Principal& who, std::string_view name,
                            std::string_view value) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const secrets::TenantKey key = TRY(load_tenant_key(connection, services.master_key, who.tenant));
  const std::string sealed =
      secrets::seal(key, {.tenant = who.tenant, .kind = "variable", .id = name, .field = "value"}, value);
  const TimeMs now = services.clock();
  TRY(store::upsert_variable(connection, who.tenant, name, sealed, now));
  TRY(audit::record(connection, who, now,
                    {.action = "variable.set", .subject = {"variable", std::string(name), name}}));
  TRY(transaction->commit());
  return now;
}

Done delete_variable(const Services& services, const Principal& who, std::string_view name) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  const bool was_there = TRY(store::delete_variable(transaction->connection(), who.tenant, name));
  if (!was_there) return fail(ErrorKind::not_found, "not_found", "There is no such variable.");
  TRY(audit::record(transaction->connection(), who, services.clock(),
                    {.action = "variable.delete", .subject = {"variable", std::string(name), name}}));
  return transaction->commit();
}

Result<bool> is_deployment_empty(const Services& services) {
  const auto transaction = TRY(services.database.begin_read(db::deployment()));
  return !TRY(store::has_tenants(transaction->connection()));
}

Result<std::string> bootstrap(const Services& services, std::string_view tenant, std::string_view email,
                              std::string_view password) {
  TRY(check_email(email));
  TRY(check_password(password));
  const std::string hash = TRY(secrets::hash_password(password));
  const auto transaction = TRY(services.database.begin_write(db::deployment_alone()));
  db::Connection& connection = transaction->connection();
  const bool has_tenants = TRY(store::has_tenants(connection));
  if (has_tenants) {
    return fail(ErrorKind::conflict, "already_bootstrapped", "This deployment has its first tenant already.");
  }
  const TimeMs now = services.clock();
  const NewAccount account{.email = std::string(email), .display_name = "", .role = Role::owner, .password = {}};
  const store::PersonRow person = TRY(insert_person(connection, account, hash, true, now));
  const NewTenant wanted{.id = std::string(tenant), .label = std::string(tenant), .environment = "development"};
  TRY(insert_tenant(connection, services, wanted, person.id));
  const NewKey key = TRY(insert_api_key(connection, tenant, person.id, "bootstrap", std::nullopt, now));
  const Principal first{.person = person.id, .email = person.email, .tenant = wanted.id, .token = key.row.id};
  TRY(audit::record(connection, first, now,
                    {.action = "deployment.bootstrap", .subject = {"tenant", wanted.id, wanted.label}}));
  TRY(transaction->commit());
  return key.token;
}

}  // namespace syncline::access
