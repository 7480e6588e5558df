#include "store/resources.h"

#include <algorithm>
#include <array>

#include "store/edges.h"
#include "store/overrides.h"
#include "store/part_tables.h"

namespace syncline::store {
namespace {

constexpr std::size_t kIdSize = 16;

constexpr db::Query kFindResource{"resources.find", "SELECT " SYNCLINE_RESOURCE_COLUMNS R"sql(
    FROM resources WHERE tenant_id = $1 AND id = $2
)sql"};

constexpr db::Query kInsertResource{"resources.insert", R"sql(
    INSERT INTO resources (id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id, published,
                           draft_id, refs, exceptions, digest, changed_at, live, created_by, created_at, updated_by,
                           updated_at, tenant_id, built_ins, detached_from, detached_origin, adopted)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25)
)sql"};

constexpr db::Query kUpdateResource{"resources.update", R"sql(
    UPDATE resources
    SET kind = $2, name = $3, description = $4, syncable = $5, status = $6, synced_from = $7, origin_id = $8,
        lineage_id = $9, published = $10, draft_id = $11, refs = $12, exceptions = $13, digest = $14, changed_at = $15,
        live = $16, created_by = $17, created_at = $18, updated_by = $19, updated_at = $20, built_ins = $22,
        detached_from = $23, detached_origin = $24, adopted = $25
    WHERE tenant_id = $21 AND id = $1
)sql"};

constexpr db::Query kBumpRevision{"tenants.bump_revision", R"sql(
    UPDATE tenants SET revision = revision + 1 WHERE id = $1 RETURNING revision
)sql"};

constexpr db::Query kMarkShrunk{"tenants.mark_shrunk", R"sql(
    UPDATE tenants SET shrunk_at = $2 WHERE id = $1 AND shrunk_at < $2
)sql"};

constexpr db::Query kInsertBody{"bodies.insert", R"sql(
    INSERT INTO bodies (id, space, digest, refs, text) VALUES ($1, $2, $3, $4, $5)
)sql"};

constexpr db::Query kLoadBody{"bodies.load", R"sql(
    SELECT id, space, digest, refs, text FROM bodies WHERE id = $1
)sql"};

constexpr db::Query kInsertVersion{"versions.insert", R"sql(
    INSERT INTO versions (lineage_id, number, body_id, note, published_by, published_at)
    VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

constexpr db::Query kFindVersion{"versions.find", R"sql(
    SELECT number, body_id, note, published_by, published_at FROM versions WHERE lineage_id = $1 AND number = $2
)sql"};

constexpr db::Query kFindVersionBody{"versions.find_body", R"sql(
    SELECT b.id, b.space, b.digest, b.refs, b.text FROM versions v JOIN bodies b ON b.id = v.body_id
    WHERE v.lineage_id = $1 AND v.number = $2
)sql"};

constexpr db::Query kListVersions{"versions.list", R"sql(
    SELECT number, body_id, note, published_by, published_at FROM versions
    WHERE lineage_id = $1 AND number <= $2 ORDER BY number
)sql"};

db::Param maybe_bytes(const std::optional<std::string>& bytes) {
  if (!bytes) return std::monostate{};
  return db::Bytes{*bytes};
}

// One list for insert and update, so that they cannot come apart.
std::array<db::Param, 25> params_of(std::string_view tenant, const ResourceRow& row) {
  return {row.id,
          static_cast<std::int64_t>(row.kind),
          std::string_view(row.name),
          std::string_view(row.description),
          row.syncable,
          db::maybe(row.status),
          db::maybe(row.synced_from),
          db::maybe(row.origin_id),
          row.lineage_id,
          row.published,
          db::maybe(row.draft_id),
          maybe_bytes(row.refs),
          maybe_bytes(row.exceptions),
          db::param(row.digest),
          db::maybe(row.changed_at),
          row.live,
          row.created_by,
          row.created_at,
          row.updated_by,
          row.updated_at,
          tenant,
          static_cast<std::int64_t>(row.built_ins),
          db::maybe(row.detached_from),
          db::maybe(row.detached_origin),
          row.adopted};
}

VersionRow read_version(const db::Row& row) {
  return {.number = row.integer(0),
          .body_id = row.uuid(1),
          .note = row.string(2),
          .published_by = row.uuid(3),
          .published_at = row.integer(4)};
}

}  // namespace

std::string pack_ids(std::vector<Uuid> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::string packed;
  packed.reserve(ids.size() * kIdSize);
  for (const Uuid& id : ids) packed += id.view();
  return packed;
}

std::vector<Uuid> unpack_ids(std::string_view packed) {
  ensure(packed.size() % kIdSize == 0, "A packed list of ids has 16 bytes for each.");
  std::vector<Uuid> ids;
  ids.reserve(packed.size() / kIdSize);
  for (; !packed.empty(); packed.remove_prefix(kIdSize)) ids.push_back(Uuid::from_bytes(packed.substr(0, kIdSize)));
  return ids;
}

ResourceRow read_resource(const db::Row& row) {
  return {.id = row.uuid(0),
          .kind = static_cast<Kind>(row.integer(1)),
          .name = row.string(2),
          .description = row.string(3),
          .syncable = row.boolean(4),
          .status = row.maybe_string(5),
          .synced_from = row.maybe_string(6),
          .origin_id = row.maybe_uuid(7),
          .lineage_id = row.uuid(8),
          .published = row.integer(9),
          .draft_id = row.maybe_uuid(10),
          .refs = row.maybe_bytes(11),
          .built_ins = static_cast<std::uint32_t>(row.integer(20)),
          .exceptions = row.maybe_bytes(12),
          .digest = row.digest(13),
          .changed_at = row.maybe_integer(14),
          .live = row.boolean(15),
          .created_by = row.uuid(16),
          .created_at = row.integer(17),
          .updated_by = row.uuid(18),
          .updated_at = row.integer(19),
          .detached_from = row.maybe_string(21),
          .detached_origin = row.maybe_uuid(22),
          .adopted = row.boolean(23)};
}

db::Ask resource_question(std::string_view tenant, const Uuid& id) { return {kFindResource, {tenant, id}}; }

Result<std::optional<ResourceRow>> find_resource(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kFindResource, {tenant, id}, read_resource);
}

Done insert_resource(db::Connection& connection, std::string_view tenant, const ResourceRow& row) {
  TRY(connection.run(kInsertResource, params_of(tenant, row), {}));
  return done();
}

Done update_resource(db::Connection& connection, std::string_view tenant, const ResourceRow& row) {
  const std::int64_t changed = TRY(connection.run(kUpdateResource, params_of(tenant, row), {}));
  ensure(changed == 1, "A resource is updated by who has just read it.");
  return done();
}

Done delete_resource(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  const std::optional<ResourceRow> row = TRY(find_resource(connection, tenant, id));
  if (!row) return done();
  if (row->synced_from) {
    const std::optional<OverrideRow> patched = TRY(find_override(connection, tenant, id));
    if (patched) {
      TRY(replace_referrers(connection, tenant, id, unpack_ids(patched->refs), {}));
      TRY(clear_variable_uses(connection, tenant, id));
    }
  } else {
    TRY(replace_referrers(connection, tenant, id, unpack_ids(row->refs.value_or("")), {}));
    TRY(clear_mentions(connection, tenant, id));
    TRY(clear_variable_uses(connection, tenant, id));
  }
  return remove_with_parts(connection, tenant, id);
}

Result<std::int64_t> bump_revision(db::Connection& connection, std::string_view tenant) {
  const std::optional<std::int64_t> revision =
      TRY(connection.one(kBumpRevision, {tenant}, [](const db::Row& row) { return row.integer(0); }));
  if (!revision) return fail(ErrorKind::not_found, "not_found", "There is no such tenant.", "tenants.bump_revision");
  return *revision;
}

Done mark_shrunk(db::Connection& connection, std::string_view tenant, std::int64_t revision) {
  return connection.later(kMarkShrunk, {tenant, revision});
}

Done insert_body(db::Connection& connection, const BodyRow& body) {
  return connection.later(kInsertBody, {body.id, std::string_view(body.space), db::param(body.digest),
                                        db::Bytes{body.refs}, std::string_view(body.text)});
}

BodyRow read_body(const db::Row& row) {
  return {.id = row.uuid(0),
          .space = row.string(1),
          .digest = row.digest(2),
          .refs = std::string(row.bytes(3)),
          .text = row.string(4)};
}

Result<BodyRow> load_body(db::Connection& connection, const Uuid& id) {
  std::optional<BodyRow> body = TRY(connection.one(kLoadBody, {id}, read_body));
  if (!body) return fail(ErrorKind::internal, "body_missing", "A body is missing.", "bodies.load " + id.text());
  return std::move(*body);
}

db::Ask body_question(const Uuid& id) { return {kLoadBody, {id}}; }

Done insert_version(db::Connection& connection, const Uuid& lineage, const VersionRow& version) {
  return connection.later(kInsertVersion, {lineage, version.number, version.body_id, std::string_view(version.note),
                                           version.published_by, version.published_at});
}

Result<std::optional<VersionRow>> find_version(db::Connection& connection, const Uuid& lineage, std::int64_t number) {
  return connection.one(kFindVersion, {lineage, number}, read_version);
}

Result<std::optional<BodyRow>> find_version_body(db::Connection& connection, const Uuid& lineage, std::int64_t number) {
  return connection.one(kFindVersionBody, {lineage, number}, read_body);
}

db::Ask version_body_question(const Uuid& lineage, std::int64_t number) {
  return {kFindVersionBody, {lineage, number}};
}

Result<std::vector<VersionRow>> list_versions(db::Connection& connection, const Uuid& lineage, std::int64_t count) {
  return connection.list(kListVersions, {lineage, count}, read_version);
}

}  // namespace syncline::store
