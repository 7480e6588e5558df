#include "store/batches.h"

#include <algorithm>
#include <vector>

namespace syncline::store {
namespace {

// One text for any number: what is not needed repeats the last key.
constexpr std::size_t kIds = 16;
#define SYNCLINE_SIXTEEN_IDS "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"

constexpr db::Query kResourcesOf{"resources.some",
                                 "SELECT " SYNCLINE_RESOURCE_COLUMNS " FROM resources WHERE id IN " SYNCLINE_SIXTEEN_IDS
                                 " AND tenant_id = $17"};
constexpr db::Query kBodiesOf{"bodies.some",
                              "SELECT id, space, digest, refs, text FROM bodies WHERE id IN " SYNCLINE_SIXTEEN_IDS};

constexpr std::size_t kVersions = 8;
constexpr db::Query kVersionsOf{"versions.some", R"sql(
    SELECT lineage_id, number, body_id FROM versions
    WHERE (lineage_id = $1 AND number = $2) OR (lineage_id = $3 AND number = $4)
          OR (lineage_id = $5 AND number = $6) OR (lineage_id = $7 AND number = $8)
          OR (lineage_id = $9 AND number = $10) OR (lineage_id = $11 AND number = $12)
          OR (lineage_id = $13 AND number = $14) OR (lineage_id = $15 AND number = $16)
)sql"};

std::vector<db::Param> sixteen(std::span<const Uuid> ids) {
  std::vector<db::Param> params(ids.begin(), ids.end());
  params.resize(kIds, params.back());
  return params;
}

}  // namespace

Done each_resource_of(db::Connection& connection, std::string_view tenant, std::span<const Uuid> ids,
                      const std::function<void(ResourceRow)>& visit) {
  for (; !ids.empty(); ids = ids.subspan(std::min(kIds, ids.size()))) {
    std::vector<db::Param> params = sixteen(ids.first(std::min(kIds, ids.size())));
    params.emplace_back(tenant);
    TRY(connection.run(kResourcesOf, params, [&](const db::Row& row) { visit(read_resource(row)); }));
  }
  return done();
}

Done each_body_of(db::Connection& connection, std::span<const Uuid> ids, const std::function<void(BodyRow)>& visit) {
  for (; !ids.empty(); ids = ids.subspan(std::min(kIds, ids.size()))) {
    const std::vector<db::Param> params = sixteen(ids.first(std::min(kIds, ids.size())));
    TRY(connection.run(kBodiesOf, params, [&](const db::Row& row) { visit(read_body(row)); }));
  }
  return done();
}

Done each_version_of(db::Connection& connection, std::span<const VersionKey> versions,
                     const std::function<void(const VersionKey&, const Uuid&)>& visit) {
  for (; !versions.empty(); versions = versions.subspan(std::min(kVersions, versions.size()))) {
    std::vector<db::Param> params;
    for (std::size_t i = 0; i < kVersions; ++i) {
      const VersionKey& version = versions[std::min(i, versions.size() - 1)];
      params.emplace_back(version.lineage);
      params.emplace_back(version.number);
    }
    TRY(connection.run(kVersionsOf, params, [&](const db::Row& row) {
      visit({.lineage = row.uuid(0), .number = row.integer(1)}, row.uuid(2));
    }));
  }
  return done();
}

}  // namespace syncline::store
