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

// Statements that are asked together. Their answers are all held at once, and bodies are long.
constexpr std::size_t kTogether = 32;
constexpr std::size_t kBodiesTogether = 4;

struct Shares {
  const db::Query& query;
  std::size_t keys;      // of one statement
  std::size_t together;  // statements
};

// Asks the query as often as it takes for all keys. `bind` makes the parameters of one share.
template <typename Key, typename Bind>
Done each_share(db::Connection& connection, const Shares& shares, std::span<const Key> keys, Bind bind,
                const db::RowVisitor& visit) {
  while (!keys.empty()) {
    std::vector<db::Ask> asks;
    for (; !keys.empty() && asks.size() < shares.together; keys = keys.subspan(std::min(shares.keys, keys.size()))) {
      asks.push_back({shares.query, bind(keys.first(std::min(shares.keys, keys.size())))});
    }
    TRY(connection.ask(asks, visit));
  }
  return done();
}

}  // namespace

Done each_resource_of(db::Connection& connection, std::string_view tenant, std::span<const Uuid> ids,
                      const std::function<void(ResourceRow)>& visit) {
  const auto bind = [&](std::span<const Uuid> some) {
    std::vector<db::Param> params = sixteen(some);
    params.emplace_back(tenant);
    return params;
  };
  return each_share(connection, {kResourcesOf, kIds, kTogether}, ids, bind,
                    [&](const db::Row& row) { visit(read_resource(row)); });
}

Done each_body_of(db::Connection& connection, std::span<const Uuid> ids, const std::function<void(BodyRow)>& visit) {
  return each_share(connection, {kBodiesOf, kIds, kBodiesTogether}, ids, sixteen,
                    [&](const db::Row& row) { visit(read_body(row)); });
}

Done each_version_of(db::Connection& connection, std::span<const VersionKey> versions,
                     const std::function<void(const VersionKey&, const Uuid&)>& visit) {
  const auto bind = [](std::span<const VersionKey> some) {
    std::vector<db::Param> params;
    for (std::size_t i = 0; i < kVersions; ++i) {
      const VersionKey& version = some[std::min(i, some.size() - 1)];
      params.emplace_back(version.lineage);
      params.emplace_back(version.number);
    }
    return params;
  };
  return each_share(connection, {kVersionsOf, kVersions, kTogether}, versions, bind, [&](const db::Row& row) {
    visit({.lineage = row.uuid(0), .number = row.integer(1)}, row.uuid(2));
  });
}

}  // namespace syncline::store
