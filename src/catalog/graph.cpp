#include "catalog/graph.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "catalog/bodies.h"
#include "planning/sync_id.h"
#include "store/edges.h"
#include "store/overrides.h"

namespace syncline::catalog {
namespace {

using Reverse = std::unordered_map<Uuid, std::vector<Uuid>, UuidHash>;

// From what copies refer to, to the copies. One pass over the tenant's copies.
Result<Reverse> read_copy_referrers(db::Connection& connection, std::string_view tenant) {
  Reverse reverse;
  std::map<std::string, planning::SyncIds, std::less<>> spaces;
  TRY(store::each_copy_body(connection, tenant, [&](const store::CopyBody& body) {
    if (body.space != tenant && body.exceptions.empty()) {  // Nearly all: one namespace for the whole pass.
      auto derived = spaces.find(body.space);
      if (derived == spaces.end()) {
        derived = spaces.emplace(std::string(body.space), planning::SyncIds(body.space, tenant)).first;
      }
      for (const Uuid& id : store::unpack_ids(body.refs)) reverse[derived->second.of(id)].push_back(body.copy);
      return;
    }
    const IdMapping mapping(body.space, tenant, body.exceptions);
    for (const Uuid& id : store::unpack_ids(body.refs)) reverse[mapping.of(id)].push_back(body.copy);
  }));
  return reverse;
}

Result<std::vector<Uuid>> dependents_of(db::Connection& connection, std::string_view tenant, const Reverse& copies,
                                        const Uuid& id) {
  std::vector<Uuid> ids = TRY(store::list_referrers(connection, tenant, id));
  const auto found = copies.find(id);
  if (found != copies.end()) ids.insert(ids.end(), found->second.begin(), found->second.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

json::Value node_of(const Uuid& id, const std::optional<store::ResourceRow>& row) {
  if (!row) return json::Object{{"id", id.text()}, {"missing", true}};
  return json::Object{{"kind", info(row->kind).step},
                      {"id", id.text()},
                      {"name", row->name},
                      {"syncable", row->syncable},
                      {"syncedFrom", row->synced_from}};
}

}  // namespace

Result<std::vector<Uuid>> dependencies_of(db::Connection& connection, std::string_view tenant,
                                          const store::ResourceRow& row) {
  if (!row.synced_from) return store::unpack_ids(row.refs.value_or(""));
  std::vector<Uuid> bodies;
  if (row.draft_id) bodies.push_back(*row.draft_id);
  const std::vector<store::VersionRow> versions = TRY(store::list_versions(connection, row.lineage_id, row.published));
  for (const store::VersionRow& version : versions) bodies.push_back(version.body_id);
  std::set<Uuid> ids;
  const std::optional<store::OverrideRow> patched = TRY(store::find_override(connection, tenant, row.id));
  if (patched) {
    const std::vector<Uuid> refs = store::unpack_ids(patched->refs);
    ids.insert(refs.begin(), refs.end());
  }
  for (const Uuid& body_id : bodies) {
    const store::BodyRow body = TRY(store::load_body(connection, body_id));
    const std::vector<Uuid> refs = rendered_refs(tenant, row, body);
    ids.insert(refs.begin(), refs.end());
  }
  return std::vector<Uuid>(ids.begin(), ids.end());
}

Result<std::vector<store::ResourceRow>> direct_dependents(db::Connection& connection, std::string_view tenant,
                                                          const Uuid& id) {
  const Reverse copies = TRY(read_copy_referrers(connection, tenant));
  const std::vector<Uuid> ids = TRY(dependents_of(connection, tenant, copies, id));
  std::vector<store::ResourceRow> rows;
  for (const Uuid& dependent : ids) {
    if (dependent == id) continue;
    std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, tenant, dependent));
    if (row) rows.push_back(std::move(*row));
  }
  return rows;
}

Result<json::Value> resource_graph(Services& services, const Principal& who, const ResourceKey& key,
                                   Direction direction, std::int64_t depth) {
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  Reverse copies;
  if (direction == Direction::dependents) copies = TRY(read_copy_referrers(connection, who.tenant));

  std::vector<std::pair<Uuid, std::int64_t>> found{{key.id, 0}};  // Also the worklist: each with its distance.
  std::set<Uuid> seen{key.id};
  json::Array nodes;
  json::Array edges;
  for (std::size_t next = 0; next < found.size(); ++next) {
    const auto [id, distance] = found[next];
    const std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, who.tenant, id));
    if (next == 0 && (!row || row->kind != key.kind)) {
      return fail(ErrorKind::not_found, "not_found", "There is no such " + std::string(info(key.kind).singular) + ".");
    }
    nodes.push_back(node_of(id, row));
    if (!row || distance == depth) continue;
    const bool forward = direction == Direction::dependencies;
    const std::vector<Uuid> others = forward ? TRY(dependencies_of(connection, who.tenant, *row))
                                             : TRY(dependents_of(connection, who.tenant, copies, id));
    for (const Uuid& other : others) {
      edges.push_back(json::Object{{"from", (forward ? id : other).text()}, {"to", (forward ? other : id).text()}});
      if (seen.insert(other).second) found.emplace_back(other, distance + 1);
    }
  }
  return json::Value(json::Object{{"nodes", std::move(nodes)}, {"edges", std::move(edges)}});
}

}  // namespace syncline::catalog
