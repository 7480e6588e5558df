#include "store/copy_bases.h"

namespace syncline::store {
namespace {

constexpr db::Query kFind{"copy_bases.find", R"sql(
    SELECT name, description, status, lineage_id, published, draft_id, exceptions, parts FROM copy_bases
    WHERE tenant_id = $1 AND resource_id = $2
)sql"};

constexpr db::Query kKeep{"copy_bases.keep", R"sql(
    INSERT INTO copy_bases (tenant_id, resource_id, name, description, status, lineage_id, published, draft_id,
                            exceptions, parts)
    SELECT tenant_id, id, name, description, status, lineage_id, published, draft_id, exceptions, $3
    FROM resources
    WHERE tenant_id = $1 AND id = $2 AND synced_from IS NOT NULL AND changed_at IS NULL
    ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kDelete{"copy_bases.delete", R"sql(
    DELETE FROM copy_bases WHERE tenant_id = $1 AND resource_id = $2
)sql"};

// Driven by the index resources_edited_copies, whose conditions it repeats. Nothing sorts before the empty text.
constexpr db::Query kListDrifted{"resources.drifted", "SELECT " SYNCLINE_RESOURCE_COLUMNS R"sql(
    FROM resources
    WHERE tenant_id = $1 AND synced_from >= '' AND changed_at IS NOT NULL AND synced_from IS NOT NULL
      AND id > $2
      AND (synced_from = $3 OR $3 IS NULL)
      AND (kind = $4 OR $4 IS NULL)
    ORDER BY id LIMIT $5
)sql"};

}  // namespace

Result<std::optional<CopyBaseRow>> find_copy_base(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kFind, {tenant, id}, [](const db::Row& row) {
    return CopyBaseRow{.name = row.string(0),
                       .description = row.string(1),
                       .status = row.maybe_string(2),
                       .lineage_id = row.uuid(3),
                       .published = row.integer(4),
                       .draft_id = row.maybe_uuid(5),
                       .exceptions = row.maybe_bytes(6),
                       .parts = row.string(7)};
  });
}

Done keep_copy_base(db::Connection& connection, std::string_view tenant, const Uuid& id, std::string_view parts) {
  TRY(connection.execute(kKeep, {tenant, id, parts}));
  return done();
}

Done delete_copy_bases(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& ids) {
  if (ids.empty()) return done();
  TRY(connection.run_batch(kDelete, ids.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    params[1] = ids[row];
  }));
  return done();
}

Result<std::vector<ResourceRow>> list_drifted(db::Connection& connection, std::string_view tenant,
                                              const DriftFilter& filter, const Uuid& after, std::int64_t limit) {
  std::optional<std::int64_t> kind;
  if (filter.kind) kind = static_cast<std::int64_t>(*filter.kind);
  return connection.list(kListDrifted, {tenant, after, db::maybe(filter.source), db::maybe(kind), limit},
                         read_resource);
}

}  // namespace syncline::store
