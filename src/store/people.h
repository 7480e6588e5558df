#pragma once
// The tables of who is who: `deployment`, `persons`, `tenants`, `accounts`, `tokens`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"
#include "model/principal.h"

namespace syncline::store {

Result<std::optional<std::string>> find_key_check(db::Connection& connection);
Done write_key_check(db::Connection& connection, std::string_view check);

struct PersonRow {
  Uuid id;
  std::string email;  // lower case
  std::string display_name;
  std::optional<std::string> password_hash = {};
  bool superuser = false;
  TimeMs created_at = 0;
};
Result<std::optional<PersonRow>> find_person(db::Connection& connection, std::string_view email);
Done insert_person(db::Connection& connection, const PersonRow& person);

struct TenantRow {
  std::string id;
  std::string label;
  std::string environment;
  Role minimum_role = Role::admin;
  std::string sealed_key;
  TimeMs created_at = 0;
  std::string policy = "{}";  // JSON; see access/policy.h
  std::int64_t revision = 0;  // read only: each change of a resource moves it on
};
Result<std::optional<TenantRow>> find_tenant(db::Connection& connection, std::string_view id);
Result<std::vector<TenantRow>> list_tenants(db::Connection& connection);
Result<bool> has_tenants(db::Connection& connection);  // of the whole deployment
Done insert_tenant(db::Connection& connection, const TenantRow& tenant);
Done update_tenant(db::Connection& connection, const TenantRow& tenant);  // all but id, time and revision

struct AccountRow {
  Uuid person;
  std::string email;
  std::string display_name;
  Role role = Role::viewer;
};
// In the order of persons' ids, those after `after`.
Result<std::vector<AccountRow>> list_accounts(db::Connection& connection, std::string_view tenant, const Uuid& after,
                                              std::int64_t limit);
Result<std::optional<AccountRow>> find_account(db::Connection& connection, std::string_view tenant, const Uuid& person);
Result<std::int64_t> count_owners(db::Connection& connection, std::string_view tenant);
Done insert_account(db::Connection& connection, std::string_view tenant, const Uuid& person, Role role, TimeMs now);
Done update_account(db::Connection& connection, std::string_view tenant, const Uuid& person, Role role);
Done delete_account(db::Connection& connection, std::string_view tenant, const Uuid& person);  // and its tokens

// A tenant of a person, with the role there.
struct MembershipRow {
  std::string tenant;
  std::string label;
  std::string environment;
  Role role = Role::viewer;
};
// In the order of tenants' ids, those after `after`.
Result<std::vector<MembershipRow>> list_memberships(db::Connection& connection, const Uuid& person,
                                                    std::string_view after, std::int64_t limit);

struct TokenRow {
  Uuid id;
  std::string tenant;
  Uuid person;
  std::string kind;  // "session" | "api"
  Digest hash{};
  std::string description;
  TimeMs created_at = 0;
  std::optional<TimeMs> expires_at = {};
};
Done insert_token(db::Connection& connection, const TokenRow& token);
// Who holds it, from live rows: nothing once the token or the account is gone.
struct TokenHolder {
  Principal principal;
  std::optional<TimeMs> expires_at = {};
};
Result<std::optional<TokenHolder>> find_token(db::Connection& connection, const Digest& hash);
// A person's API keys, in the order they were made, those after `after`.
Result<std::vector<TokenRow>> list_api_tokens(db::Connection& connection, std::string_view tenant, const Uuid& person,
                                              const Uuid& after, std::int64_t limit);
Result<bool> delete_token(db::Connection& connection, std::string_view tenant, const Uuid& person, const Uuid& id);
Done delete_expired_sessions(db::Connection& connection, std::string_view tenant, TimeMs now);
// Of all tenants; how many there were.
Result<std::int64_t> delete_all_expired_sessions(db::Connection& connection, TimeMs now);

// What find_account and find_tenant will ask, for Connection::fetch_ahead. The texts must outlive it.
db::Ask account_question(std::string_view tenant, const Uuid& person);
db::Ask tenant_question(std::string_view id);

}  // namespace syncline::store
