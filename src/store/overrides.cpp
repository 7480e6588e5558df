#include "store/overrides.h"

namespace syncline::store {
namespace {

constexpr db::Query kFind{"overrides.find", R"sql(
    SELECT patch, refs, updated_by, updated_at FROM overrides WHERE tenant_id = $1 AND resource_id = $2
)sql"};

constexpr db::Query kUpsert{"overrides.upsert", R"sql(
    INSERT INTO overrides (tenant_id, resource_id, patch, refs, updated_by, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, resource_id) DO UPDATE
    SET patch = excluded.patch, refs = excluded.refs, updated_by = excluded.updated_by,
        updated_at = excluded.updated_at
)sql"};

constexpr db::Query kDelete{"overrides.delete", R"sql(
    DELETE FROM overrides WHERE tenant_id = $1 AND resource_id = $2
)sql"};

constexpr db::Query kListOverridden{"overrides.list", R"sql(
    SELECT resource_id FROM overrides WHERE tenant_id = $1
)sql"};

constexpr db::Query kListCredentials{"override_credentials.list", R"sql(
    SELECT field, sealed, template, fingerprint, updated_at FROM override_credentials
    WHERE tenant_id = $1 AND connection_id = $2 ORDER BY field
)sql"};

constexpr db::Query kUpsertCredential{"override_credentials.upsert", R"sql(
    INSERT INTO override_credentials (tenant_id, connection_id, field, sealed, template, fingerprint, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant_id, connection_id, field) DO UPDATE
    SET sealed = excluded.sealed, template = excluded.template, fingerprint = excluded.fingerprint,
        updated_at = excluded.updated_at
)sql"};

constexpr db::Query kDeleteCredentials{"override_credentials.delete_all", R"sql(
    DELETE FROM override_credentials WHERE tenant_id = $1 AND connection_id = $2
)sql"};

constexpr db::Query kDeleteCredential{"override_credentials.delete", R"sql(
    DELETE FROM override_credentials WHERE tenant_id = $1 AND connection_id = $2 AND field = $3
)sql"};

}  // namespace

Result<std::optional<OverrideRow>> find_override(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kFind, {tenant, id}, [](const db::Row& row) {
    return OverrideRow{.patch = row.maybe_string(0),
                       .refs = std::string(row.bytes(1)),
                       .updated_by = row.uuid(2),
                       .updated_at = row.integer(3)};
  });
}

Done upsert_override(db::Connection& connection, std::string_view tenant, const Uuid& id, const OverrideRow& row) {
  TRY(connection.execute(kUpsert,
                         {tenant, id, db::maybe(row.patch), db::Bytes{row.refs}, row.updated_by, row.updated_at}));
  return done();
}

Done delete_override(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  TRY(connection.later(kDeleteCredentials, {tenant, id}));
  TRY(connection.execute(kDelete, {tenant, id}));
  return done();
}

Result<std::vector<Uuid>> list_overridden(db::Connection& connection, std::string_view tenant) {
  return connection.list(kListOverridden, {tenant}, [](const db::Row& row) { return row.uuid(0); });
}

db::Ask override_question(std::string_view tenant, const Uuid& id) { return {kFind, {tenant, id}}; }
db::Ask override_credentials_question(std::string_view tenant, const Uuid& owner) {
  return {kListCredentials, {tenant, owner}};
}
db::Ask overridden_question(std::string_view tenant) { return {kListOverridden, {tenant}}; }

Result<std::vector<CredentialRow>> list_override_credentials(db::Connection& connection, std::string_view tenant,
                                                             const Uuid& owner) {
  return connection.list(kListCredentials, {tenant, owner}, read_credential_row);
}

Done upsert_override_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                                const CredentialRow& row) {
  const db::Param sealed = row.sealed ? db::Param(db::Bytes{*row.sealed}) : db::Param();
  TRY(connection.execute(kUpsertCredential,
                         {tenant, owner, std::string_view(row.field), sealed, db::maybe(row.template_text),
                          db::Bytes{row.fingerprint}, row.updated_at}));
  return done();
}

Done delete_override_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                                std::string_view field) {
  TRY(connection.execute(kDeleteCredential, {tenant, owner, field}));
  return done();
}

}  // namespace syncline::store
