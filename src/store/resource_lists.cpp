#include "store/resource_lists.h"

#include <algorithm>
#include <utility>

#include "store/batches.h"

namespace syncline::store {
namespace {

// A parameter that may be NULL stands beside its column first: PostgreSQL takes its type from there.
constexpr db::Query kListResources{"resources.list", "SELECT " SYNCLINE_RESOURCE_COLUMNS R"sql(
    FROM resources
    WHERE tenant_id = $1 AND id > $2 AND kind = $3
      AND (syncable = $4 OR $4 IS NULL)
      AND (synced_from = $5 OR $5 IS NULL)
      AND (LOWER(name) LIKE $6 ESCAPE '\' OR $6 IS NULL)
    ORDER BY id LIMIT $7
)sql"};

constexpr db::Query kListSince{"resources.since", R"sql(
    SELECT id FROM resources WHERE tenant_id = $1 AND (updated_at >= $2 OR changed_at > $3)
)sql"};

constexpr db::Query kKindOfResource{"resources.kind", R"sql(
    SELECT kind FROM resources WHERE tenant_id = $1 AND id = $2
)sql"};

constexpr db::Query kListVersionBodies{"versions.list_bodies", R"sql(
    SELECT v.number, v.body_id, v.note, v.published_by, v.published_at, b.digest, b.refs
    FROM versions v JOIN bodies b ON b.id = v.body_id
    WHERE v.lineage_id = $1 AND v.number <= $2
    ORDER BY v.number
)sql"};

constexpr db::Query kPersonEmail{"persons.email", R"sql(
    SELECT email FROM persons WHERE id = $1
)sql"};

std::string like_pattern(std::string_view part) {
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return pattern + "%";
}

constexpr db::Query kCountResources{"resources.count", R"sql(
    SELECT COUNT(*) FROM resources WHERE tenant_id = $1
)sql"};

constexpr db::Query kCountAllCopies{"resources.count_copies", R"sql(
    SELECT COUNT(*) FROM resources WHERE tenant_id = $1 AND synced_from IS NOT NULL
)sql"};

}  // namespace

Result<std::int64_t> count_resources(db::Connection& connection, std::string_view tenant) {
  const auto count = TRY(connection.one(kCountResources, {tenant}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Result<std::int64_t> count_all_copies(db::Connection& connection, std::string_view tenant) {
  const auto count = TRY(connection.one(kCountAllCopies, {tenant}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Result<std::vector<ResourceRow>> list_resources(db::Connection& connection, std::string_view tenant, Kind kind,
                                                const ResourceFilter& filter, const Uuid& after, std::int64_t limit) {
  std::optional<std::string> pattern;
  if (filter.name_part) pattern = like_pattern(*filter.name_part);
  return connection.list(kListResources,
                         {tenant, after, static_cast<std::int64_t>(kind), db::maybe(filter.syncable),
                          db::maybe(filter.synced_from), db::maybe(pattern), limit},
                         read_resource);
}

Result<std::vector<ResourceRow>> list_resources_since(db::Connection& connection, std::string_view tenant, TimeMs since,
                                                      std::int64_t revision,
                                                      const std::function<bool(const Uuid&)>& wanted) {
  std::vector<Uuid> ids;
  TRY(connection.each(kListSince, {tenant, since, revision}, [&](const db::Row& row) {
    if (wanted(row.uuid(0))) ids.push_back(row.uuid(0));
  }));
  std::vector<ResourceRow> rows;
  TRY(each_resource_of(connection, tenant, ids, [&](ResourceRow row) { rows.push_back(std::move(row)); }));
  std::sort(rows.begin(), rows.end(), [](const ResourceRow& a, const ResourceRow& b) { return a.id < b.id; });
  return rows;
}

Result<std::optional<Kind>> kind_of_resource(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  return connection.one(kKindOfResource, {tenant, id},
                        [](const db::Row& row) { return static_cast<Kind>(row.integer(0)); });
}

Result<std::vector<VersionBody>> list_version_bodies(db::Connection& connection, const Uuid& lineage,
                                                     std::int64_t count) {
  if (count == 0) return std::vector<VersionBody>{};
  return connection.list(kListVersionBodies, {lineage, count}, [](const db::Row& row) {
    return VersionBody{.version = {.number = row.integer(0),
                                   .body_id = row.uuid(1),
                                   .note = row.string(2),
                                   .published_by = row.uuid(3),
                                   .published_at = row.integer(4)},
                       .digest = row.digest(5),
                       .refs = std::string(row.bytes(6))};
  });
}

db::Ask version_bodies_question(const Uuid& lineage, std::int64_t count) {
  return {kListVersionBodies, {lineage, count}};
}

Result<std::optional<std::string>> find_person_email(db::Connection& connection, const Uuid& person) {
  return connection.one(kPersonEmail, {person}, [](const db::Row& row) { return row.string(0); });
}

db::Ask person_email_question(const Uuid& person) { return {kPersonEmail, {person}}; }

}  // namespace syncline::store
