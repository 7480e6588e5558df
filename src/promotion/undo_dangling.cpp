#include "promotion/undo_dangling.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <unordered_set>
#include <utility>

#include "catalog/bodies.h"
#include "store/batches.h"
#include "store/edges.h"
#include "store/resource_lists.h"

namespace syncline::promotion {
namespace {

namespace column = store::resources_column;
using Ids = std::unordered_set<Uuid, UuidHash>;
using Reference = std::pair<Uuid, Uuid>;  // from, to

constexpr std::size_t kBatch = 256;

// As much of the row to come as says what it refers to.
store::ResourceRow row_of(const UndoItem& item) {
  const store::UnpackedRow before = store::unpack_resource(item.before.front().packed);
  store::ResourceRow row;
  row.id = item.id;
  row.lineage_id = before.uuid(column::kLineage);
  row.published = before.integer(column::kPublished);
  if (!before.is_null(column::kDraft)) row.draft_id = before.uuid(column::kDraft);
  row.exceptions = std::string(before.bytes(column::kExceptions));
  return row;
}

// Over all versions, as reports of syncs do it.
Done add_references(db::Connection& connection, std::string_view target, std::span<const store::ResourceRow> rows,
                    std::set<Reference>& references) {
  std::map<store::VersionKey, std::vector<const store::ResourceRow*>> versions;
  std::map<Uuid, std::vector<const store::ResourceRow*>> bodies;
  for (const store::ResourceRow& row : rows) {
    if (row.draft_id) bodies[*row.draft_id].push_back(&row);
    for (std::int64_t number = 1; number <= row.published; ++number) versions[{row.lineage_id, number}].push_back(&row);
  }
  std::vector<store::VersionKey> keys;
  for (const auto& [key, users] : versions) keys.push_back(key);
  TRY(store::each_version_of(connection, keys, [&](const store::VersionKey& key, const Uuid& body) {
    const std::vector<const store::ResourceRow*>& users = versions.at(key);
    bodies[body].insert(bodies[body].end(), users.begin(), users.end());
  }));
  std::vector<Uuid> ids;
  for (const auto& [id, users] : bodies) ids.push_back(id);
  return store::each_body_of(connection, ids, [&](const store::BodyRow& body) {
    for (const store::ResourceRow* row : bodies.at(body.id)) {
      for (const Uuid& to : catalog::rendered_refs(target, *row, body)) references.emplace(row->id, to);
    }
  });
}

Result<std::set<Reference>> references_of_written(db::Connection& connection, std::string_view target,
                                                  const Undo& undo) {
  std::vector<store::ResourceRow> rows;
  for (const UndoItem& item : undo.items) {
    if (writes(item)) rows.push_back(row_of(item));
  }
  std::set<Reference> references;
  for (std::span<const store::ResourceRow> rest = rows; !rest.empty();
       rest = rest.subspan(std::min(kBatch, rest.size()))) {
    TRY(add_references(connection, target, rest.first(std::min(kBatch, rest.size())), references));
  }
  return references;
}

// Ids of the target among those referred to.
Result<Ids> existing(db::Connection& connection, std::string_view target, const std::set<Reference>& references) {
  std::set<Uuid> ids;
  for (const Reference& reference : references) ids.insert(reference.second);
  const std::vector<Uuid> wanted(ids.begin(), ids.end());
  Ids found;
  for (std::span<const Uuid> rest = wanted; !rest.empty(); rest = rest.subspan(std::min(kBatch, rest.size()))) {
    TRY(store::each_resource_of(connection, target, rest.first(std::min(kBatch, rest.size())),
                                [&](const store::ResourceRow& row) { found.insert(row.id); }));
  }
  return found;
}

}  // namespace

Result<json::Array> find_dangling(db::Connection& connection, const Pair& pair, const Undo& undo) {
  if (undo.empties) return json::Array();
  std::set<Reference> references = TRY(references_of_written(connection, pair.target, undo));
  const Ids there = TRY(existing(connection, pair.target, references));
  std::erase_if(references, [&](const Reference& reference) {
    const UndoItem* item = find_item(undo, reference.second);
    if (item != nullptr && writes(*item)) return true;
    return there.contains(reference.second) && (item == nullptr || !is_deleted(*item));
  });
  // Where all copies go, none is left to refer to anything.
  const std::int64_t deleted = std::count_if(undo.items.begin(), undo.items.end(), is_deleted);
  const std::int64_t copies = deleted == 0 ? 0 : TRY(store::count_all_copies(connection, pair.target));
  if (copies > deleted) {
    TRY(store::each_copy_body(connection, pair.target, [&](const store::CopyBody& body) {
      const UndoItem* item = find_item(undo, body.copy);
      if (item != nullptr && item->action != UndoAction::conflict) return;
      const catalog::IdMapping mapping(body.space, pair.target, body.exceptions);
      for (const Uuid& id : store::unpack_ids(body.refs)) {
        const Uuid to = mapping.of(id);
        const UndoItem* referred = find_item(undo, to);
        if (referred != nullptr && is_deleted(*referred)) references.emplace(body.copy, to);
      }
    }));
  }
  json::Array dangling;
  for (const auto& [from, to] : references) {
    const UndoItem* gone = find_item(undo, to);
    const bool goes = gone != nullptr && is_deleted(*gone);
    const json::Value kind = goes ? json::Value(info(gone->kind).step) : json::Value();
    dangling.push_back(json::Object{{"from", from.text()}, {"to", to.text()}, {"kind", kind}, {"fixedByStep", kind}});
  }
  return dangling;
}

}  // namespace syncline::promotion
