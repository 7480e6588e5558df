#include "store/releases.h"

namespace syncline::store {
namespace {

#define SYNCLINE_RELEASE_COLUMNS "id, name, note, digest, steps, summary, created_by, created_at"

constexpr db::Query kInsert{"releases.insert", R"sql(
    INSERT INTO releases (tenant_id, id, name, note, digest, steps, summary, created_by, created_at, body_ids,
                          lineage_ids, blob_ids, items, contents)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
)sql"};
constexpr db::Query kFind{"releases.find", "SELECT " SYNCLINE_RELEASE_COLUMNS R"sql(
    FROM releases WHERE tenant_id = $1 AND id = $2
)sql"};
constexpr db::Query kHasNamed{"releases.has_named", R"sql(
    SELECT 1 FROM releases WHERE tenant_id = $1 AND name = $2
)sql"};
constexpr db::Query kLoadItems{"releases.items", R"sql(
    SELECT items FROM releases WHERE tenant_id = $1 AND id = $2
)sql"};
constexpr db::Query kLoadContents{"releases.contents", R"sql(
    SELECT contents FROM releases WHERE tenant_id = $1 AND id = $2
)sql"};
constexpr db::Query kList{"releases.list", "SELECT " SYNCLINE_RELEASE_COLUMNS R"sql(
    FROM releases WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
)sql"};

constexpr db::Query kInsertPromoted{"promoted_releases.insert", R"sql(
    INSERT INTO promoted_releases (target_id, source_id, release_id, name) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
)sql"};
constexpr db::Query kFindOfCopy{"promoted_releases.of_copy", R"sql(
    SELECT p.release_id, p.name
    FROM resources r JOIN promoted_releases p ON p.target_id = r.tenant_id AND p.release_id = r.release_id
    WHERE r.tenant_id = $1 AND r.id = $2
)sql"};
constexpr db::Query kFindPromoted{"promoted_releases.name", R"sql(
    SELECT name FROM promoted_releases WHERE target_id = $1 AND release_id = $2
)sql"};

constexpr db::Query kListHeld{"releases.held", R"sql(
    SELECT id, release_id FROM resources WHERE tenant_id = $1 AND synced_from = $2
)sql"};
constexpr db::Query kWriteHeld{"releases.write_held", R"sql(
    UPDATE resources SET release_id = $3 WHERE tenant_id = $1 AND id = $2
)sql"};

constexpr db::Query kListUses{"releases.variable_uses", R"sql(
    SELECT name, resource_id FROM variable_uses WHERE tenant_id = $1
)sql"};

ReleaseRow read_release(const db::Row& row) {
  return {.id = row.uuid(0),
          .name = row.string(1),
          .note = row.string(2),
          .digest = row.digest(3),
          .steps = row.string(4),
          .summary = row.string(5),
          .created_by = row.uuid(6),
          .created_at = row.integer(7)};
}

Result<std::string> load(db::Connection& connection, const db::Query& query, std::string_view tenant, const Uuid& id) {
  std::optional<std::string> bytes =
      TRY(connection.one(query, {tenant, id}, [](const db::Row& row) { return std::string(row.bytes(0)); }));
  if (!bytes) return fail(ErrorKind::not_found, "release_not_found", "There is no such release.");
  return std::move(*bytes);
}

}  // namespace

Done insert_release(db::Connection& connection, std::string_view tenant, const ReleaseRow& row,
                    const ReleaseBlobs& blobs) {
  TRY(connection.execute(kInsert,
                         {tenant, row.id, std::string_view(row.name), std::string_view(row.note), db::param(row.digest),
                          std::string_view(row.steps), std::string_view(row.summary), row.created_by, row.created_at,
                          db::Bytes{blobs.body_ids}, db::Bytes{blobs.lineage_ids}, db::Bytes{blobs.blob_ids},
                          db::Bytes{blobs.items}, db::Bytes{blobs.contents}}));
  return done();
}

Result<std::optional<ReleaseRow>> find_release(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kFind, {tenant, id}, read_release);
}

Result<bool> has_release_named(db::Connection& connection, std::string_view tenant, std::string_view name) {
  const std::optional<bool> found = TRY(connection.one(kHasNamed, {tenant, name}, [](const db::Row&) { return true; }));
  return found.has_value();
}

Result<std::string> load_release_items(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return load(connection, kLoadItems, tenant, id);
}
Result<std::string> load_release_contents(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return load(connection, kLoadContents, tenant, id);
}

Result<std::vector<ReleaseRow>> list_releases(db::Connection& connection, std::string_view tenant, const Uuid& before,
                                              std::int64_t limit) {
  return connection.list(kList, {tenant, before, limit}, read_release);
}

Done insert_promoted_release(db::Connection& connection, std::string_view source, std::string_view target,
                             const PromotedRelease& release) {
  TRY(connection.execute(kInsertPromoted, {target, source, release.id, std::string_view(release.name)}));
  return done();
}

Result<std::optional<PromotedRelease>> find_release_of_copy(db::Connection& connection, std::string_view tenant,
                                                            const Uuid& copy) {
  return connection.one(kFindOfCopy, {tenant, copy},
                        [](const db::Row& row) { return PromotedRelease{.id = row.uuid(0), .name = row.string(1)}; });
}

db::Ask release_of_copy_question(std::string_view tenant, const Uuid& copy) { return {kFindOfCopy, {tenant, copy}}; }

Result<std::optional<std::string>> find_promoted_name(db::Connection& connection, std::string_view target,
                                                      const Uuid& release) {
  return connection.one(kFindPromoted, {target, release}, [](const db::Row& row) { return row.string(0); });
}

Result<std::vector<HeldRelease>> list_held_releases(db::Connection& connection, std::string_view target,
                                                    std::string_view source) {
  return connection.list(kListHeld, {target, source},
                         [](const db::Row& row) { return HeldRelease(row.uuid(0), row.maybe_uuid(1)); });
}

Done write_held_releases(db::Connection& connection, std::string_view target, const std::vector<HeldRelease>& held) {
  if (held.empty()) return done();
  TRY(connection.run_batch(kWriteHeld, held.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = target;
    params[1] = held[row].first;
    params[2] = db::maybe(held[row].second);
  }));
  return done();
}

Result<std::vector<VariableUse>> list_variable_uses(db::Connection& connection, std::string_view tenant) {
  return connection.list(kListUses, {tenant}, [](const db::Row& row) {
    return VariableUse{.name = row.string(0), .resource = row.uuid(1)};
  });
}

}  // namespace syncline::store
