#include "store/variables.h"

namespace syncline::store {
namespace {

constexpr db::Query kList{"variables.list", R"sql(
    SELECT v.name, v.updated_at,
           (SELECT COUNT(*) FROM variable_uses u WHERE u.tenant_id = v.tenant_id AND u.name = v.name)
    FROM variables v WHERE v.tenant_id = $1 AND v.name > $2 ORDER BY v.name LIMIT $3
)sql"};

constexpr db::Query kUpsert{"variables.upsert", R"sql(
    INSERT INTO variables (tenant_id, name, sealed, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at
)sql"};

constexpr db::Query kDelete{"variables.delete", "DELETE FROM variables WHERE tenant_id = $1 AND name = $2"};

}  // namespace

Result<std::vector<VariableRow>> list_variables(db::Connection& connection, std::string_view tenant,
                                                std::string_view after, std::int64_t limit) {
  return connection.list(kList, {tenant, after, limit}, [](const db::Row& row) {
    return VariableRow{.name = row.string(0), .updated_at = row.integer(1), .used_by = row.integer(2)};
  });
}

Done upsert_variable(db::Connection& connection, std::string_view tenant, std::string_view name,
                     std::string_view sealed, TimeMs now) {
  TRY(connection.execute(kUpsert, {tenant, name, db::Bytes{sealed}, now}));
  return done();
}

Result<bool> delete_variable(db::Connection& connection, std::string_view tenant, std::string_view name) {
  const std::int64_t deleted = TRY(connection.execute(kDelete, {tenant, name}));
  return deleted > 0;
}

}  // namespace syncline::store
