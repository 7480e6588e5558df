#include "store/part_tables.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <variant>

namespace syncline::store {
namespace {

using enum ColumnType;

constexpr std::size_t kUsualSize = 240;  // of a packed row of `resources`

constexpr Column kResourceColumns[] = {
    {uuid},                     // id
    {integer},                  // kind
    {text},                     // name
    {text},                     // description
    {boolean},                  // syncable
    {text},                     // status
    {text},                     // synced_from
    {uuid},                     // origin_id
    {uuid, PointsAt::lineage},  // lineage_id
    {integer},                  // published
    {uuid, PointsAt::body},     // draft_id
    {bytes},                    // refs
    {integer},                  // built_ins
    {bytes},                    // exceptions
    {bytes},                    // digest
    {integer},                  // changed_at
    {boolean},                  // live
    {uuid},                     // created_by
    {integer},                  // created_at
    {uuid},                     // updated_by
    {integer},                  // updated_at
    {text},                     // detached_from
    {uuid},                     // detached_origin
    {boolean},                  // adopted
    {uuid},                     // release_id
};
#define SYNCLINE_RESOURCE_PARTS                                                                              \
  "id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id, published, draft_id, " \
  "refs, built_ins, exceptions, digest, changed_at, live, created_by, created_at, updated_by, updated_at, "  \
  "detached_from, detached_origin, adopted, release_id"

constexpr Column kCredentialColumns[] = {{uuid}, {text}, {bytes}, {text}, {bytes}, {integer}};
#define SYNCLINE_CREDENTIAL_PARTS "connection_id, field, sealed, template, fingerprint, updated_at"

constexpr Column kContentColumns[] = {{uuid}, {uuid, PointsAt::blob}, {integer}, {bytes}, {text}, {integer}};
#define SYNCLINE_CONTENT_PARTS "document_id, blob_id, size, sha256, media_type, updated_at"

constexpr Column kEmbeddingColumns[] = {{uuid},  {uuid},   {uuid, PointsAt::blob}, {integer}, {integer}, {integer},
                                        {bytes}, {integer}};
#define SYNCLINE_EMBEDDING_PARTS "knowledge_base_id, document_id, blob_id, chunks, dimensions, size, sha256, updated_at"

constexpr Column kBaseColumns[] = {
    {uuid}, {text}, {text}, {text}, {uuid, PointsAt::lineage}, {integer}, {uuid, PointsAt::body}, {bytes}, {text}};
#define SYNCLINE_BASE_PARTS "resource_id, name, description, status, lineage_id, published, draft_id, exceptions, parts"

constexpr Column kOverrideColumns[] = {{uuid}, {text}, {bytes}, {uuid}, {integer}};
#define SYNCLINE_OVERRIDE_PARTS "resource_id, patch, refs, updated_by, updated_at"

// What an override refers to and uses. Those of the tenant's own resources are in the same tables, and never kept here.
constexpr Column kReferrerColumns[] = {{uuid}, {uuid}};
constexpr Column kVariableUseColumns[] = {{uuid}, {text}};

constexpr std::array kTables = {
    PartTable{
        .name = "resources",
        .columns = kResourceColumns,
        .all = {"parts.resources", "SELECT " SYNCLINE_RESOURCE_PARTS R"sql(
            FROM resources WHERE tenant_id = $1
        )sql"},
        .of = {"parts.resource", "SELECT " SYNCLINE_RESOURCE_PARTS R"sql(
            FROM resources WHERE tenant_id = $1 AND id = $2
        )sql"},
        .write = {"parts.write_resource", "INSERT INTO resources (tenant_id, " SYNCLINE_RESOURCE_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                    $23, $24, $25, $26)
            ON CONFLICT (tenant_id, id) DO UPDATE
            SET kind = excluded.kind, name = excluded.name, description = excluded.description,
                syncable = excluded.syncable, status = excluded.status, synced_from = excluded.synced_from,
                origin_id = excluded.origin_id, lineage_id = excluded.lineage_id, published = excluded.published,
                draft_id = excluded.draft_id, refs = excluded.refs, built_ins = excluded.built_ins,
                exceptions = excluded.exceptions, digest = excluded.digest, changed_at = excluded.changed_at,
                live = excluded.live, created_by = excluded.created_by, created_at = excluded.created_at,
                updated_by = excluded.updated_by, updated_at = excluded.updated_at,
                detached_from = excluded.detached_from, detached_origin = excluded.detached_origin,
                adopted = excluded.adopted,
                release_id = excluded.release_id
        )sql"},
        .remove = {"parts.remove_resource", "DELETE FROM resources WHERE tenant_id = $1 AND id = $2"},
    },
    PartTable{
        .name = "credentials",
        .columns = kCredentialColumns,
        .all = {"parts.credentials", "SELECT " SYNCLINE_CREDENTIAL_PARTS R"sql(
            FROM credentials WHERE tenant_id = $1
        )sql"},
        .of = {"parts.credential", "SELECT " SYNCLINE_CREDENTIAL_PARTS R"sql(
            FROM credentials WHERE tenant_id = $1 AND connection_id = $2 ORDER BY field
        )sql"},
        .write = {"parts.write_credential", "INSERT INTO credentials (tenant_id, " SYNCLINE_CREDENTIAL_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7)
        )sql"},
        .remove = {"parts.remove_credentials", "DELETE FROM credentials WHERE tenant_id = $1 AND connection_id = $2"},
    },
    PartTable{
        .name = "document_contents",
        .columns = kContentColumns,
        .all = {"parts.contents", "SELECT " SYNCLINE_CONTENT_PARTS R"sql(
            FROM document_contents WHERE tenant_id = $1
        )sql"},
        .of = {"parts.content", "SELECT " SYNCLINE_CONTENT_PARTS R"sql(
            FROM document_contents WHERE tenant_id = $1 AND document_id = $2
        )sql"},
        .write = {"parts.write_content", "INSERT INTO document_contents (tenant_id, " SYNCLINE_CONTENT_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7)
        )sql"},
        .remove = {"parts.remove_content", "DELETE FROM document_contents WHERE tenant_id = $1 AND document_id = $2"},
    },
    PartTable{
        .name = "embeddings",
        .columns = kEmbeddingColumns,
        .all = {"parts.embeddings", "SELECT " SYNCLINE_EMBEDDING_PARTS R"sql(
            FROM embeddings WHERE tenant_id = $1
        )sql"},
        .of = {"parts.embedding", "SELECT " SYNCLINE_EMBEDDING_PARTS R"sql(
            FROM embeddings WHERE tenant_id = $1 AND knowledge_base_id = $2 ORDER BY document_id
        )sql"},
        .write = {"parts.write_embedding", "INSERT INTO embeddings (tenant_id, " SYNCLINE_EMBEDDING_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        )sql"},
        .remove = {"parts.remove_embeddings", "DELETE FROM embeddings WHERE tenant_id = $1 AND knowledge_base_id = $2"},
    },
    PartTable{
        .name = "copy_bases",
        .columns = kBaseColumns,
        .all = {"parts.bases", "SELECT " SYNCLINE_BASE_PARTS " FROM copy_bases WHERE tenant_id = $1"},
        .of = {"parts.base", "SELECT " SYNCLINE_BASE_PARTS R"sql(
            FROM copy_bases WHERE tenant_id = $1 AND resource_id = $2
        )sql"},
        .write = {"parts.write_base", "INSERT INTO copy_bases (tenant_id, " SYNCLINE_BASE_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        )sql"},
        .remove = {"parts.remove_base", "DELETE FROM copy_bases WHERE tenant_id = $1 AND resource_id = $2"},
    },
    PartTable{
        .name = "overrides",
        .columns = kOverrideColumns,
        .synced = false,
        .all = {"parts.overrides", "SELECT " SYNCLINE_OVERRIDE_PARTS " FROM overrides WHERE tenant_id = $1"},
        .of = {"parts.override", "SELECT " SYNCLINE_OVERRIDE_PARTS R"sql(
            FROM overrides WHERE tenant_id = $1 AND resource_id = $2
        )sql"},
        .write = {"parts.write_override", "INSERT INTO overrides (tenant_id, " SYNCLINE_OVERRIDE_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6)
        )sql"},
        .remove = {"parts.remove_override", "DELETE FROM overrides WHERE tenant_id = $1 AND resource_id = $2"},
    },
    PartTable{
        .name = "override_credentials",
        .columns = kCredentialColumns,
        .synced = false,
        .all = {"parts.override_credentials", "SELECT " SYNCLINE_CREDENTIAL_PARTS R"sql(
            FROM override_credentials WHERE tenant_id = $1
        )sql"},
        .of = {"parts.override_credential", "SELECT " SYNCLINE_CREDENTIAL_PARTS R"sql(
            FROM override_credentials WHERE tenant_id = $1 AND connection_id = $2 ORDER BY field
        )sql"},
        .write = {"parts.write_override_credential",
                  "INSERT INTO override_credentials (tenant_id, " SYNCLINE_CREDENTIAL_PARTS R"sql()
            VALUES ($1, $2, $3, $4, $5, $6, $7)
        )sql"},
        .remove = {"parts.remove_override_credentials",
                   "DELETE FROM override_credentials WHERE tenant_id = $1 AND connection_id = $2"},
    },
    PartTable{
        .name = "referrers",
        .columns = kReferrerColumns,
        .synced = false,
        .keyed = false,
        .all = {"parts.referrers", "SELECT from_id, to_id FROM referrers WHERE tenant_id = $1"},
        .of = {"parts.referrer", "SELECT from_id, to_id FROM referrers WHERE tenant_id = $1 AND from_id = $2"},
        .write = {"parts.write_referrer", "INSERT INTO referrers (tenant_id, from_id, to_id) VALUES ($1, $2, $3)"},
        .remove = {"parts.remove_referrers", "DELETE FROM referrers WHERE tenant_id = $1 AND from_id = $2"},
    },
    PartTable{
        .name = "variable_uses",
        .columns = kVariableUseColumns,
        .synced = false,
        .keyed = false,
        .all = {"parts.variable_uses", "SELECT resource_id, name FROM variable_uses WHERE tenant_id = $1"},
        .of = {"parts.variable_use", R"sql(
            SELECT resource_id, name FROM variable_uses WHERE tenant_id = $1 AND resource_id = $2
        )sql"},
        .write = {"parts.write_variable_use", R"sql(
            INSERT INTO variable_uses (tenant_id, resource_id, name) VALUES ($1, $2, $3)
        )sql"},
        .remove = {"parts.remove_variable_uses", "DELETE FROM variable_uses WHERE tenant_id = $1 AND resource_id = $2"},
    },
};

constexpr db::Query kCountBetween{"parts.count_resources_between", R"sql(
    SELECT COUNT(*) FROM resources WHERE tenant_id = $1 AND id >= $2 AND id <= $3
)sql"};
constexpr db::Query kRemoveBetween{"parts.remove_resources_between", R"sql(
    DELETE FROM resources WHERE tenant_id = $1 AND id >= $2 AND id <= $3
)sql"};

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void put_integer(std::string& out, std::int64_t value) {
  char raw[8];
  std::memcpy(raw, &value, 8);
  out.append(raw, 8);
}

void put_view(std::string& out, std::string_view view) {
  put_number(out, view.size());
  out += view;
}

// What a column takes at least, behind the byte that says that there is a value.
std::size_t fixed_size(ColumnType type) {
  switch (type) {
    case ColumnType::integer: return 8;
    case ColumnType::boolean: return 1;
    case ColumnType::uuid: return 16;
    case ColumnType::text:
    case ColumnType::bytes: return 0;
  }
  return 0;
}

// A number as put_number puts it; moves `at` behind it.
std::size_t take_number(std::string_view packed, std::size_t& at) {
  std::size_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    ensure(at < packed.size(), "A packed row has all that its table says.");
    const auto byte = static_cast<unsigned char>(packed[at++]);
    number |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

Done fetch_ahead(db::Connection& connection, std::string_view tenant, const std::vector<std::size_t>& tables,
                 const std::vector<Uuid>& owners) {
  std::vector<db::Ask> asks;
  for (const std::size_t table : tables) {
    for (const Uuid& owner : owners) asks.push_back({kTables[table].of, {tenant, owner}});
  }
  return connection.fetch_ahead(asks);
}

Done read_table(db::Connection& connection, std::string_view tenant, std::size_t table, const std::vector<Uuid>& owners,
                std::vector<PackedRow>& rows) {
  const PartTable& part = kTables[table];
  const std::size_t first = rows.size();
  const bool all = owners.size() > kReadOneByOne;
  auto at = owners.begin();  // Rows mostly come in the order of owners.
  const auto is_wanted = [&](const Uuid& owner) {
    if (at != owners.end() && *at < owner) ++at;
    if (at == owners.end() || *at != owner) at = std::lower_bound(owners.begin(), owners.end(), owner);
    return at != owners.end() && *at == owner;
  };
  const auto keep = [&](const db::Row& row) {
    const Uuid owner = row.uuid(0);
    if (all && !is_wanted(owner)) return;
    rows.push_back({owner, table, pack_row(row, part)});
  };
  if (all) {
    TRY(connection.each(part.all, {tenant}, keep));
  } else {
    for (const Uuid& owner : owners) TRY(connection.each(part.of, {tenant, owner}, keep));
  }
  const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
  const auto by_owner = [](const PackedRow& left, const PackedRow& right) {
    return left.owner != right.owner ? left.owner < right.owner : left.packed < right.packed;
  };
  if (!std::is_sorted(begin, rows.end(), by_owner)) std::sort(begin, rows.end(), by_owner);
  return done();
}

// Whether the tenant has nothing else between the first and the last of them, as after a first sync into it. All of
// them are there, so it is enough to count.
Result<bool> lie_alone(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& owners) {
  const auto count = TRY(connection.one(kCountBetween, {tenant, owners.front(), owners.back()},
                                        [](const db::Row& row) { return row.integer(0); }));
  return count == static_cast<std::int64_t>(owners.size());
}

}  // namespace

std::span<const PartTable> part_tables() { return kTables; }

std::string pack_row(const db::Row& row, const PartTable& table) {
  std::string packed;
  packed.reserve(kUsualSize);
  std::size_t nulls = 0;  // Not written at the end of a row: one that was kept before a column came is the same.
  for (int column = 0; column < static_cast<int>(table.columns.size()); ++column) {
    if (row.is_null(column)) {
      ++nulls;
      continue;
    }
    packed.append(std::exchange(nulls, 0), '\0');
    packed += '\1';
    switch (table.columns[static_cast<std::size_t>(column)].type) {
      case ColumnType::integer: put_integer(packed, row.integer(column)); break;
      case ColumnType::boolean: packed += row.boolean(column) ? '\1' : '\0'; break;
      case ColumnType::uuid: packed += row.uuid(column).view(); break;
      case ColumnType::text: put_view(packed, row.text(column)); break;
      case ColumnType::bytes: put_view(packed, row.bytes(column)); break;
    }
  }
  return packed;
}

// Only this program has packed it: what does not fit is our mistake.
UnpackedRow::UnpackedRow(std::string_view packed, const PartTable& table) : packed_(packed) {
  std::size_t at = 0;
  for (std::size_t column = 0; column < table.columns.size() && at < packed.size(); ++column) {
    if (packed[at++] == 0) continue;
    const ColumnType type = table.columns[column].type;
    const bool is_view = type == ColumnType::text || type == ColumnType::bytes;
    const std::size_t size = is_view ? take_number(packed, at) : fixed_size(type);
    ensure(size <= packed.size() - at, "A packed row has all that its table says.");
    places_[column] = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(size)};
    at += size;
  }
}

std::int64_t UnpackedRow::integer(std::size_t column) const {
  std::int64_t value = 0;
  if (!is_null(column)) std::memcpy(&value, text(column).data(), sizeof value);
  return value;
}

db::Param UnpackedRow::param(std::size_t column, ColumnType type) const {
  if (is_null(column)) return std::monostate{};
  switch (type) {
    case ColumnType::integer: return integer(column);
    case ColumnType::boolean: return boolean(column);
    case ColumnType::uuid: return uuid(column);
    case ColumnType::text: return text(column);
    case ColumnType::bytes: return db::Bytes{bytes(column)};
  }
  return std::monostate{};
}

UnpackedRow unpack_resource(std::string_view packed) { return {packed, kTables[kResourcesTable]}; }

Result<std::vector<PackedRow>> read_packed_rows(db::Connection& connection, std::string_view tenant, Extent extent,
                                                const std::vector<Uuid>& owners) {
  std::vector<std::size_t> tables;
  for (std::size_t table = 0; table < kTables.size(); ++table) {
    if (extent == Extent::all || kTables[table].synced) tables.push_back(table);
  }
  std::vector<PackedRow> rows;
  if (owners.empty()) return rows;
  if (owners.size() <= kReadOneByOne) TRY(fetch_ahead(connection, tenant, tables, owners));
  for (const std::size_t table : tables) TRY(read_table(connection, tenant, table, owners, rows));
  return rows;
}

Done write_packed_rows(db::Connection& connection, std::string_view tenant, std::size_t table,
                       const std::vector<const PackedRow*>& rows) {
  if (rows.empty()) return done();
  const PartTable& part = kTables[table];
  TRY(connection.run_batch(part.write, rows.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    const UnpackedRow unpacked(rows[row]->packed, part);
    for (std::size_t column = 0; column < part.columns.size(); ++column) {
      params[column + 1] = unpacked.param(column, part.columns[column].type);
    }
  }));
  return done();
}

Done remove_rows(db::Connection& connection, std::string_view tenant, std::size_t table,
                 const std::vector<Uuid>& owners) {
  if (owners.empty()) return done();
  if (table == kResourcesTable && owners.size() > kReadOneByOne && TRY(lie_alone(connection, tenant, owners))) {
    return connection.later(kRemoveBetween, {tenant, owners.front(), owners.back()});
  }
  TRY(connection.run_batch(kTables[table].remove, owners.size(), [&](std::size_t row, std::vector<db::Param>& params) {
    params[0] = tenant;
    params[1] = owners[row];
  }));
  return done();
}

Done remove_with_parts(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  for (const PartTable& table : kTables) {
    if (table.keyed) TRY(connection.later(table.remove, {tenant, id}));
  }
  return done();
}

}  // namespace syncline::store
