#include "store/garbage.h"

namespace syncline::store {
namespace {

constexpr db::Query kList{"garbage.list", "SELECT kind, id, marked_at FROM garbage"};
// Two sweeps at once may find the same.
constexpr db::Query kMark{"garbage.mark", R"sql(
    INSERT INTO garbage (kind, id, marked_at) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO NOTHING
)sql"};
constexpr db::Query kUnmark{"garbage.unmark", "DELETE FROM garbage WHERE kind = $1 AND id = $2"};
constexpr db::Query kListBodies{"garbage.bodies", "SELECT id FROM bodies"};
constexpr db::Query kListLineages{"garbage.lineages", "SELECT DISTINCT lineage_id FROM versions"};
constexpr db::Query kDeleteBody{"garbage.delete_body", "DELETE FROM bodies WHERE id = $1"};
constexpr db::Query kDeleteLineage{"garbage.delete_lineage", "DELETE FROM versions WHERE lineage_id = $1"};
constexpr db::Query kIncomplete{"garbage.incomplete_lineages", R"sql(
    SELECT COUNT(*) FROM resources r
    WHERE r.published > (SELECT COUNT(*) FROM versions v
                         WHERE v.lineage_id = r.lineage_id AND v.number <= r.published)
)sql"};

constexpr db::Query kStray{"garbage.stray_parts", R"sql(
    SELECT COUNT(*) FROM (
      SELECT tenant_id, connection_id AS id FROM credentials
      UNION ALL SELECT tenant_id, document_id FROM document_contents
      UNION ALL SELECT tenant_id, knowledge_base_id FROM embeddings
      UNION ALL SELECT tenant_id, resource_id FROM copy_bases
      UNION ALL SELECT tenant_id, resource_id FROM overrides
      UNION ALL SELECT tenant_id, connection_id FROM override_credentials
      UNION ALL SELECT tenant_id, from_id FROM referrers
      UNION ALL SELECT tenant_id, from_id FROM unresolved_mentions
      UNION ALL SELECT tenant_id, resource_id FROM variable_uses
    ) p
    WHERE NOT EXISTS (SELECT 1 FROM resources r WHERE r.tenant_id = p.tenant_id AND r.id = p.id)
)sql"};

Result<std::int64_t> count(db::Connection& connection, const db::Query& query) {
  const auto counted = TRY(connection.one(query, {}, [](const db::Row& row) { return row.integer(0); }));
  return counted.value_or(0);
}

std::string_view name_of(Pointee kind) {
  switch (kind) {
    case Pointee::blob: return "blob";
    case Pointee::body: return "body";
    case Pointee::lineage: return "lineage";
  }
  return "";
}

Pointee kind_named(std::string_view name) {
  if (name == "blob") return Pointee::blob;
  return name == "body" ? Pointee::body : Pointee::lineage;
}

}  // namespace

Result<std::vector<Marked>> list_garbage(db::Connection& connection) {
  return connection.list(kList, {}, [](const db::Row& row) {
    return Marked{.kind = kind_named(row.text(0)), .id = row.uuid(1), .marked_at = row.integer(2)};
  });
}

Done mark_garbage(db::Connection& connection, Pointee kind, std::span<const Uuid> ids, TimeMs now) {
  TRY(connection.run_batch(kMark, ids.size(), [&](std::size_t i, std::vector<db::Param>& params) {
    params = {name_of(kind), ids[i], now};
  }));
  return done();
}

Done unmark_garbage(db::Connection& connection, Pointee kind, std::span<const Uuid> ids) {
  TRY(connection.run_batch(kUnmark, ids.size(), [&](std::size_t i, std::vector<db::Param>& params) {
    params = {name_of(kind), ids[i]};
  }));
  return done();
}

Result<std::vector<Uuid>> list_all(db::Connection& connection, Pointee kind) {
  ensure(kind != Pointee::blob, "Blobs are listed by their store.");
  return connection.list(kind == Pointee::body ? kListBodies : kListLineages, {},
                         [](const db::Row& row) { return row.uuid(0); });
}

Done delete_all(db::Connection& connection, Pointee kind, std::span<const Uuid> ids) {
  ensure(kind != Pointee::blob, "Blobs are removed by their store.");
  TRY(connection.run_batch(kind == Pointee::body ? kDeleteBody : kDeleteLineage, ids.size(),
                           [&](std::size_t i, std::vector<db::Param>& params) { params = {ids[i]}; }));
  return done();
}

Result<std::int64_t> count_incomplete_lineages(db::Connection& connection) { return count(connection, kIncomplete); }

Result<std::int64_t> count_stray_parts(db::Connection& connection) { return count(connection, kStray); }

}  // namespace syncline::store
