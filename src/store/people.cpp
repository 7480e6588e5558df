#include "store/people.h"

namespace syncline::store {
namespace {

constexpr db::Query kFindKeyCheck{"deployment.key_check", "SELECT key_check FROM deployment WHERE id = 1"};
constexpr db::Query kWriteKeyCheck{"deployment.write_key_check", R"sql(
    INSERT INTO deployment (id, key_check) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET key_check = excluded.key_check
)sql"};

constexpr db::Query kFindPerson{"persons.find", R"sql(
    SELECT id, email, display_name, password_hash, superuser, created_at FROM persons WHERE email = $1
)sql"};
constexpr db::Query kInsertPerson{"persons.insert", R"sql(
    INSERT INTO persons (id, email, display_name, password_hash, superuser, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

constexpr db::Query kFindTenant{"tenants.find", R"sql(
    SELECT id, label, environment, minimum_role, sealed_key, created_at, policy, revision FROM tenants WHERE id = $1
)sql"};
constexpr db::Query kListTenants{"tenants.list", R"sql(
    SELECT id, label, environment, minimum_role, sealed_key, created_at, policy, revision FROM tenants ORDER BY id
)sql"};
constexpr db::Query kAnyTenant{"tenants.any", "SELECT id FROM tenants LIMIT 1"};
constexpr db::Query kInsertTenant{"tenants.insert", R"sql(
    INSERT INTO tenants (id, label, environment, minimum_role, sealed_key, revision, shrunk_at, created_at)
    VALUES ($1, $2, $3, $4, $5, 0, 0, $6)
)sql"};
constexpr db::Query kUpdateTenant{"tenants.update", R"sql(
    UPDATE tenants SET label = $2, environment = $3, minimum_role = $4, sealed_key = $5, policy = $6 WHERE id = $1
)sql"};

constexpr db::Query kListAccounts{"accounts.list", R"sql(
    SELECT a.person_id, p.email, p.display_name, a.role
    FROM accounts a JOIN persons p ON p.id = a.person_id
    WHERE a.tenant_id = $1 AND a.person_id > $2 ORDER BY a.person_id LIMIT $3
)sql"};
constexpr db::Query kFindAccount{"accounts.find", R"sql(
    SELECT a.person_id, p.email, p.display_name, a.role
    FROM accounts a JOIN persons p ON p.id = a.person_id
    WHERE a.tenant_id = $1 AND a.person_id = $2
)sql"};
constexpr db::Query kCountOwners{"accounts.count_owners", R"sql(
    SELECT COUNT(*) FROM accounts WHERE tenant_id = $1 AND role = 'OWNER'
)sql"};
constexpr db::Query kInsertAccount{"accounts.insert", R"sql(
    INSERT INTO accounts (tenant_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)
)sql"};
constexpr db::Query kUpdateAccount{"accounts.update", R"sql(
    UPDATE accounts SET role = $3 WHERE tenant_id = $1 AND person_id = $2
)sql"};
constexpr db::Query kDeleteAccount{"accounts.delete", R"sql(
    DELETE FROM accounts WHERE tenant_id = $1 AND person_id = $2
)sql"};
constexpr db::Query kListMemberships{"accounts.memberships", R"sql(
    SELECT t.id, t.label, t.environment, a.role
    FROM accounts a JOIN tenants t ON t.id = a.tenant_id
    WHERE a.person_id = $1 AND a.tenant_id > $2 ORDER BY a.tenant_id LIMIT $3
)sql"};

constexpr db::Query kInsertToken{"tokens.insert", R"sql(
    INSERT INTO tokens (id, tenant_id, person_id, kind, hash, description, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};
// The one query that does not name a tenant: the token tells it.
constexpr db::Query kFindToken{"tokens.find", R"sql(
    SELECT t.id, t.tenant_id, t.person_id, a.role, p.email, p.superuser, t.expires_at
    FROM tokens t
    JOIN accounts a ON a.tenant_id = t.tenant_id AND a.person_id = t.person_id
    JOIN persons p ON p.id = t.person_id
    WHERE t.hash = $1
)sql"};
constexpr db::Query kListApiTokens{"tokens.list", R"sql(
    SELECT id, tenant_id, person_id, kind, hash, description, created_at, expires_at FROM tokens
    WHERE tenant_id = $1 AND person_id = $2 AND kind = 'api' AND id > $3 ORDER BY id LIMIT $4
)sql"};
constexpr db::Query kDeleteToken{"tokens.delete", R"sql(
    DELETE FROM tokens WHERE tenant_id = $1 AND person_id = $2 AND id = $3
)sql"};
constexpr db::Query kDeleteAllExpired{"tokens.delete_all_expired", R"sql(
    DELETE FROM tokens WHERE kind = 'session' AND expires_at < $1
)sql"};
constexpr db::Query kDeleteExpired{"tokens.delete_expired", R"sql(
    DELETE FROM tokens WHERE tenant_id = $1 AND kind = 'session' AND expires_at < $2
)sql"};

// The table's CHECK knows the same four.
Role read_role(const db::Row& row, int column) {
  const std::optional<Role> role = role_named(row.text(column));
  ensure(role.has_value(), "A stored role is one of the four.");
  return *role;
}

TenantRow read_tenant(const db::Row& row) {
  return {.id = row.string(0),
          .label = row.string(1),
          .environment = row.string(2),
          .minimum_role = read_role(row, 3),
          .sealed_key = std::string(row.bytes(4)),
          .created_at = row.integer(5),
          .policy = row.string(6),
          .revision = row.integer(7)};
}

AccountRow read_account(const db::Row& row) {
  return {.person = row.uuid(0), .email = row.string(1), .display_name = row.string(2), .role = read_role(row, 3)};
}

}  // namespace

Result<std::optional<std::string>> find_key_check(db::Connection& connection) {
  return connection.one(kFindKeyCheck, {}, [](const db::Row& row) { return std::string(row.bytes(0)); });
}

Done write_key_check(db::Connection& connection, std::string_view check) {
  TRY(connection.execute(kWriteKeyCheck, {db::Bytes{check}}));
  return done();
}

Result<std::optional<PersonRow>> find_person(db::Connection& connection, std::string_view email) {
  return connection.one(kFindPerson, {email}, [](const db::Row& row) {
    return PersonRow{.id = row.uuid(0),
                     .email = row.string(1),
                     .display_name = row.string(2),
                     .password_hash = row.maybe_string(3),
                     .superuser = row.boolean(4),
                     .created_at = row.integer(5)};
  });
}

Done insert_person(db::Connection& connection, const PersonRow& person) {
  TRY(connection.execute(kInsertPerson,
                         {person.id, std::string_view(person.email), std::string_view(person.display_name),
                          db::maybe(person.password_hash), person.superuser, person.created_at}));
  return done();
}

Result<std::optional<TenantRow>> find_tenant(db::Connection& connection, std::string_view id) {
  return connection.one(kFindTenant, {id}, read_tenant);
}

Result<std::vector<TenantRow>> list_tenants(db::Connection& connection) {
  return connection.list(kListTenants, {}, read_tenant);
}

Result<bool> has_tenants(db::Connection& connection) {
  const auto found = TRY(connection.one(kAnyTenant, {}, [](const db::Row&) { return true; }));
  return found.value_or(false);
}

Done insert_tenant(db::Connection& connection, const TenantRow& tenant) {
  TRY(connection.execute(
      kInsertTenant, {std::string_view(tenant.id), std::string_view(tenant.label), std::string_view(tenant.environment),
                      role_name(tenant.minimum_role), db::Bytes{tenant.sealed_key}, tenant.created_at}));
  return done();
}

Done update_tenant(db::Connection& connection, const TenantRow& tenant) {
  TRY(connection.execute(
      kUpdateTenant, {std::string_view(tenant.id), std::string_view(tenant.label), std::string_view(tenant.environment),
                      role_name(tenant.minimum_role), db::Bytes{tenant.sealed_key}, std::string_view(tenant.policy)}));
  return done();
}

Result<std::vector<AccountRow>> list_accounts(db::Connection& connection, std::string_view tenant, const Uuid& after,
                                              std::int64_t limit) {
  return connection.list(kListAccounts, {tenant, after, limit}, read_account);
}

Result<std::optional<AccountRow>> find_account(db::Connection& connection, std::string_view tenant,
                                               const Uuid& person) {
  return connection.one(kFindAccount, {tenant, person}, read_account);
}

Result<std::int64_t> count_owners(db::Connection& connection, std::string_view tenant) {
  const auto count = TRY(connection.one(kCountOwners, {tenant}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Done insert_account(db::Connection& connection, std::string_view tenant, const Uuid& person, Role role, TimeMs now) {
  TRY(connection.execute(kInsertAccount, {tenant, person, role_name(role), now}));
  return done();
}

Done update_account(db::Connection& connection, std::string_view tenant, const Uuid& person, Role role) {
  TRY(connection.execute(kUpdateAccount, {tenant, person, role_name(role)}));
  return done();
}

Done delete_account(db::Connection& connection, std::string_view tenant, const Uuid& person) {
  TRY(connection.execute(kDeleteAccount, {tenant, person}));
  return done();
}

Result<std::vector<MembershipRow>> list_memberships(db::Connection& connection, const Uuid& person,
                                                    std::string_view after, std::int64_t limit) {
  return connection.list(kListMemberships, {person, after, limit}, [](const db::Row& row) {
    return MembershipRow{
        .tenant = row.string(0), .label = row.string(1), .environment = row.string(2), .role = read_role(row, 3)};
  });
}

Done insert_token(db::Connection& connection, const TokenRow& token) {
  TRY(connection.execute(
      kInsertToken,
      {token.id, std::string_view(token.tenant), token.person, std::string_view(token.kind), db::param(token.hash),
       std::string_view(token.description), token.created_at, db::maybe(token.expires_at)}));
  return done();
}

Result<std::optional<TokenHolder>> find_token(db::Connection& connection, const Digest& hash) {
  return connection.one(kFindToken, {db::param(hash)}, [](const db::Row& row) {
    TokenHolder holder;
    holder.principal = {.person = row.uuid(2),
                        .email = row.string(4),
                        .tenant = row.string(1),
                        .role = read_role(row, 3),
                        .superuser = row.boolean(5),
                        .token = row.uuid(0),
                        .token_tenant = row.string(1)};
    holder.expires_at = row.maybe_integer(6);
    return holder;
  });
}

Result<std::vector<TokenRow>> list_api_tokens(db::Connection& connection, std::string_view tenant, const Uuid& person,
                                              const Uuid& after, std::int64_t limit) {
  return connection.list(kListApiTokens, {tenant, person, after, limit}, [](const db::Row& row) {
    return TokenRow{.id = row.uuid(0),
                    .tenant = row.string(1),
                    .person = row.uuid(2),
                    .kind = row.string(3),
                    .hash = row.digest(4),
                    .description = row.string(5),
                    .created_at = row.integer(6),
                    .expires_at = row.maybe_integer(7)};
  });
}

Result<bool> delete_token(db::Connection& connection, std::string_view tenant, const Uuid& person, const Uuid& id) {
  const std::int64_t deleted = TRY(connection.execute(kDeleteToken, {tenant, person, id}));
  return deleted > 0;
}

Result<std::int64_t> delete_all_expired_sessions(db::Connection& connection, TimeMs now) {
  return connection.execute(kDeleteAllExpired, {now});
}

Done delete_expired_sessions(db::Connection& connection, std::string_view tenant, TimeMs now) {
  TRY(connection.execute(kDeleteExpired, {tenant, now}));
  return done();
}

db::Ask account_question(std::string_view tenant, const Uuid& person) { return {kFindAccount, {tenant, person}}; }
db::Ask tenant_question(std::string_view id) { return {kFindTenant, {id}}; }

}  // namespace syncline::store
