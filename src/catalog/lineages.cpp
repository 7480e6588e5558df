#include "catalog/lineages.h"

#include <optional>
#include <vector>

#include "catalog/bodies.h"

namespace syncline::catalog {
namespace {

// The id of the new body, or nothing when the old one still says all.
Result<std::optional<Uuid>> resolve_body(db::Connection& connection, std::string_view tenant, const Uuid& id,
                                         TimeMs now) {
  const store::BodyRow old = TRY(store::load_body(connection, id));
  if (old.space != tenant) return std::optional<Uuid>();
  const MadeBody made = TRY(make_body(connection, tenant, old.text, now));
  // What was deleted since stays among the refs: it may come back under its id.
  std::vector<Uuid> refs = store::unpack_ids(old.refs);
  const std::vector<Uuid> found = store::unpack_ids(made.body.refs);
  refs.insert(refs.end(), found.begin(), found.end());
  store::BodyRow body = made.body;
  body.refs = store::pack_ids(std::move(refs));
  if (body.refs == old.refs) return std::optional<Uuid>();
  TRY(store::insert_body(connection, body));
  return std::optional<Uuid>(body.id);
}

}  // namespace

Done fork_lineage(db::Connection& connection, store::ResourceRow& row, const std::map<Uuid, Uuid>& replaced,
                  TimeMs now) {
  const std::vector<store::VersionRow> versions = TRY(store::list_versions(connection, row.lineage_id, row.published));
  row.lineage_id = make_uuid7(now);
  for (store::VersionRow version : versions) {
    const auto other = replaced.find(version.body_id);
    if (other != replaced.end()) version.body_id = other->second;
    TRY(store::insert_version(connection, row.lineage_id, version));
  }
  return done();
}

Result<bool> resolve_bodies(db::Connection& connection, std::string_view tenant, store::ResourceRow& row, TimeMs now) {
  bool changed = false;
  if (row.draft_id) {
    const std::optional<Uuid> draft = TRY(resolve_body(connection, tenant, *row.draft_id, now));
    if (draft) row.draft_id = draft;
    changed = draft.has_value();
  }
  const std::vector<store::VersionRow> versions = TRY(store::list_versions(connection, row.lineage_id, row.published));
  std::map<Uuid, Uuid> replaced;
  for (const store::VersionRow& version : versions) {
    const std::optional<Uuid> body = TRY(resolve_body(connection, tenant, version.body_id, now));
    if (body) replaced.emplace(version.body_id, *body);
  }
  if (replaced.empty()) return changed;
  TRY(fork_lineage(connection, row, replaced, now));
  return true;
}

}  // namespace syncline::catalog
