#include "store/credentials.h"

namespace syncline::store {
namespace {

constexpr db::Query kList{"credentials.list", R"sql(
    SELECT field, sealed, template, fingerprint, updated_at FROM credentials
    WHERE tenant_id = $1 AND connection_id = $2 ORDER BY field
)sql"};

constexpr db::Query kUpsert{"credentials.upsert", R"sql(
    INSERT INTO credentials (tenant_id, connection_id, field, sealed, template, fingerprint, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant_id, connection_id, field) DO UPDATE
    SET sealed = excluded.sealed, template = excluded.template, fingerprint = excluded.fingerprint,
        updated_at = excluded.updated_at
)sql"};

constexpr db::Query kDelete{"credentials.delete", R"sql(
    DELETE FROM credentials WHERE tenant_id = $1 AND connection_id = $2 AND field = $3
)sql"};

}  // namespace

CredentialRow read_credential_row(const db::Row& row) {
  return {.field = row.string(0),
          .sealed = row.maybe_bytes(1),
          .template_text = row.maybe_string(2),
          .fingerprint = std::string(row.bytes(3)),
          .updated_at = row.integer(4)};
}

Result<std::vector<CredentialRow>> list_credentials(db::Connection& connection, std::string_view tenant,
                                                    const Uuid& owner) {
  return connection.list(kList, {tenant, owner}, read_credential_row);
}

db::Ask credentials_question(std::string_view tenant, const Uuid& owner) { return {kList, {tenant, owner}}; }

Done upsert_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                       const CredentialRow& row) {
  const db::Param sealed = row.sealed ? db::Param(db::Bytes{*row.sealed}) : db::Param();
  TRY(connection.execute(kUpsert, {tenant, owner, std::string_view(row.field), sealed, db::maybe(row.template_text),
                                   db::Bytes{row.fingerprint}, row.updated_at}));
  return done();
}

Result<bool> delete_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                               std::string_view field) {
  const std::int64_t deleted = TRY(connection.execute(kDelete, {tenant, owner, field}));
  return deleted > 0;
}

}  // namespace syncline::store
