#include "promotion/undo.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "catalog/graph.h"
#include "catalog/view.h"
#include "planning/sync_id.h"
#include "store/edges.h"
#include "store/releases.h"
#include "store/resource_lists.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

namespace column = store::resources_column;
using Rows = std::span<const store::PackedRow>;

// The rows of one table; all rows are in the order of tables.
Rows rows_of(Rows rows, std::size_t table) {
  const auto begin = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.table == table; });
  const auto end = std::find_if(begin, rows.end(), [&](const auto& row) { return row.table != table; });
  return {begin, end};
}

bool same_rows(Rows left, Rows right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& a, const auto& b) { return a.table == b.table && a.packed == b.packed; });
}

// Whether the target has put something of its own beside the row.
bool has_own_parts(Rows rows) {
  return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !store::part_tables()[row.table].synced; });
}

std::vector<store::PackedRow> without_own_parts(std::vector<store::PackedRow> rows) {
  std::erase_if(rows, [](const auto& row) { return !store::part_tables()[row.table].synced; });
  return rows;
}

// `shown`: the resource as it is now or, when it is gone, as it was.
UndoItem describe(const Uuid& id, const store::UnpackedRow& shown, bool is_there) {
  UndoItem item{.id = id,
                .kind = static_cast<Kind>(shown.integer(column::kKind)),
                .name = std::string(shown.text(column::kName)),
                .origin = {},
                .reason = {},
                .edited_by = {},
                .edited_at = {},
                .now = {},
                .before = {}};
  item.adopted = shown.boolean(column::kAdopted);
  if (!shown.is_null(column::kOrigin)) item.origin = shown.uuid(column::kOrigin);
  if (is_there) {
    item.edited_by = shown.uuid(column::kUpdatedBy);
    item.edited_at = shown.integer(column::kUpdatedAt);
  }
  return item;
}

// Nothing when all is as it was before the run.
std::optional<UndoItem> plan_item(const Pair& pair, LedgerEntry entry, std::vector<store::PackedRow> now) {
  if (now.empty() && entry.before.empty()) return std::nullopt;
  const bool goes = entry.before.empty();
  const bool comes = now.empty();
  if (!goes && !comes) now = without_own_parts(std::move(now));
  if (same_rows(now, entry.before)) return std::nullopt;
  const store::UnpackedRow shown = store::unpack_resource(comes ? entry.before.front().packed : now.front().packed);
  UndoItem item = describe(entry.id, shown, !comes);
  item.action = goes ? UndoAction::deleted : comes ? UndoAction::recreated : UndoAction::restored;
  if (comes) {
    item.edited = entry.state != 0;
  } else if (shown.text(column::kSyncedFrom) != pair.source) {
    item.action = UndoAction::conflict;
    item.reason = "detached";
  } else {
    item.edited = state_number(shown) != entry.state || (goes && has_own_parts(now));
  }
  item.now = std::move(now);
  item.before = std::move(entry.before);
  return item;
}

// What comes back would be a second copy of its original, if another was adopted as its copy since, or if it was
// adopted itself and the copy by rule has come in its place.
Done find_other_copies(db::Connection& connection, const Pair& pair, std::vector<UndoItem>& items) {
  std::unordered_set<Uuid, UuidHash> going;
  bool comes = false;
  for (const UndoItem& item : items) {
    if (is_deleted(item)) going.insert(item.id);
    comes = comes || item.action == UndoAction::recreated;
  }
  if (!comes) return done();
  std::unordered_map<Uuid, Uuid, UuidHash> adopted;  // by the original
  TRY(store::each_adopted_row(connection, pair.target, [&](const store::TargetRow& row) {
    if (row.synced_from == pair.source && !going.contains(row.id)) adopted.emplace(row.origin, row.id);
  }));
  const planning::SyncIds ids(pair.source, pair.target);
  for (UndoItem& item : items) {
    if (item.action != UndoAction::recreated || !item.origin) continue;
    bool has_other = adopted.contains(*item.origin);
    const Uuid by_rule = ids.of(*item.origin);
    if (by_rule != item.id && !going.contains(by_rule)) {
      TRY(store::find_target_row(connection, pair.target, by_rule, [&](const store::TargetRow& row) {
        has_other = has_other || (row.synced_from == pair.source && row.origin == *item.origin);
      }));
    }
    if (!has_other) continue;
    item.action = UndoAction::conflict;
    item.reason = "copy_exists";
  }
  return done();
}

// The entries that were named, or all.
std::vector<LedgerEntry> choose(std::vector<LedgerEntry> entries,
                                const std::optional<std::vector<NamedResource>>& named) {
  if (!named) return entries;
  std::unordered_set<std::string> wanted;
  for (const NamedResource& each : *named) wanted.insert(each.id);
  std::vector<LedgerEntry> chosen;
  for (LedgerEntry& entry : entries) {
    if (wanted.contains(entry.id.text())) chosen.push_back(std::move(entry));
  }
  return chosen;
}

// Each name stands for something that this undoes, of its kind.
Done check_names(const std::vector<NamedResource>& named, const std::vector<UndoItem>& items) {
  std::unordered_map<std::string, Kind> known;
  for (const UndoItem& item : items) known.emplace(item.id.text(), item.kind);
  Error unknown{
      .kind = ErrorKind::invalid, .code = "unknown_resource", .message = "There is nothing to undo of these."};
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto found = known.find(named[i].id);
    if (found != known.end() && found->second == named[i].kind) continue;
    unknown.fields.push_back(
        {"/resources/" + std::to_string(i) + "/id", "The run changed no " + std::string(info(named[i].kind).singular) +
                                                        " with this id, or it is as it was before."});
  }
  if (!unknown.fields.empty()) return Fail{std::move(unknown)};
  return done();
}

json::Object named_json(Kind kind, const Uuid& id, std::string_view name) {
  return {{"kind", info(kind).step}, {"id", id.text()}, {"name", name}};
}

Done write_table(db::Connection& connection, const Pair& pair, const Undo& undo, std::size_t table) {
  std::vector<Uuid> emptied;
  std::vector<const store::PackedRow*> rows;
  for (const UndoItem& item : undo.items) {
    if (!writes(item)) continue;
    const Rows now = rows_of(item.now, table);
    const Rows before = rows_of(item.before, table);
    if (same_rows(now, before)) continue;
    if (!now.empty()) emptied.push_back(item.id);
    for (const store::PackedRow& row : before) rows.push_back(&row);
  }
  // A resource is written over itself.
  if (table != store::kResourcesTable) TRY(store::remove_rows(connection, pair.target, table, emptied));
  return store::write_packed_rows(connection, pair.target, table, rows);
}

bool comes_or_goes(const UndoItem& item) { return is_deleted(item) || item.action == UndoAction::recreated; }

Ledger ledger_of(Undo& undo) {
  Ledger ledger;
  for (UndoItem& item : undo.items) {
    if (item.action == UndoAction::conflict) continue;
    LedgerEntry& entry = ledger.entries.emplace_back(LedgerEntry{.id = item.id, .before = {}});
    if (is_deleted(item)) {
      entry.before = std::move(item.now);
    } else {
      entry.state = state_number(store::unpack_resource(item.before.front().packed));
      entry.before = item.now;
    }
  }
  for (const LedgerMark& mark : undo.marks) ledger.marks.push_back({mark.id, !mark.live});
  for (const LedgerHeld& held : undo.held) ledger.held.push_back({held.id, held.after, held.before});
  ledger.watermarks_before = undo.watermarks_now;
  ledger.watermarks_after = undo.watermarks_after;
  return ledger;
}

}  // namespace

std::string_view undo_action_name(UndoAction action) {
  constexpr std::string_view kNames[] = {"restored", "deleted", "recreated", "conflict"};
  return kNames[static_cast<int>(action)];
}

const UndoItem* find_item(const Undo& undo, const Uuid& id) {
  const auto found = std::lower_bound(undo.items.begin(), undo.items.end(), id,
                                      [](const UndoItem& item, const Uuid& wanted) { return item.id < wanted; });
  return found == undo.items.end() || found->id != id ? nullptr : &*found;
}

Result<Undo> plan_undo(db::Connection& connection, const Pair& pair, Ledger ledger,
                       const std::optional<std::vector<NamedResource>>& named) {
  std::vector<LedgerEntry> entries = choose(std::move(ledger.entries), named);
  std::vector<Uuid> ids;
  for (const LedgerEntry& entry : entries) ids.push_back(entry.id);
  std::vector<LedgerEntry> now = TRY(read_before(connection, pair.target, ids, store::Extent::all));
  Undo undo;
  undo.exact = !named;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::optional<UndoItem> item = plan_item(pair, std::move(entries[i]), std::move(now[i].before));
    if (item) undo.items.push_back(std::move(*item));
  }
  TRY(find_other_copies(connection, pair, undo.items));
  if (std::all_of(undo.items.begin(), undo.items.end(), is_deleted)) {
    const std::int64_t count = TRY(store::count_resources(connection, pair.target));
    undo.empties = count == static_cast<std::int64_t>(undo.items.size());
  }
  for (const UndoItem& item : undo.items) undo.exact = undo.exact && item.action != UndoAction::conflict;
  if (named)
    TRY(check_names(*named, undo.items));
  else
    undo.marks = std::move(ledger.marks);
  if (!named) undo.held = std::move(ledger.held);
  undo.watermarks_now = TRY(store::read_watermarks(connection, pair.source, pair.target));
  // Else nothing is known, and the next sync looks at everything.
  undo.exact = undo.exact && undo.watermarks_now == ledger.watermarks_after;
  if (undo.exact) undo.watermarks_after = ledger.watermarks_before;
  return undo;
}

Result<json::Array> find_edits(db::Connection& connection, const Undo& undo) {
  catalog::People people(connection);
  json::Array edits;
  for (const UndoItem& item : undo.items) {
    if (!item.edited) continue;
    json::Object edit = named_json(item.kind, item.id, item.name);
    edit.add("by", item.edited_by ? TRY(people.of(*item.edited_by)) : json::Value());
    edit.add("at", item.edited_at ? json::Value(format_time(*item.edited_at)) : json::Value());
    edits.push_back(std::move(edit));
  }
  return edits;
}

Result<json::Array> find_users(db::Connection& connection, const Pair& pair, const Undo& undo, TimeMs since,
                               std::int64_t revision) {
  if (undo.empties || std::none_of(undo.items.begin(), undo.items.end(), is_deleted)) return json::Array();
  const std::vector<store::ResourceRow> newer = TRY(store::list_resources_since(
      connection, pair.target, since, revision, [&](const Uuid& id) { return find_item(undo, id) == nullptr; }));
  json::Array dependents;
  for (const store::ResourceRow& row : newer) {
    const std::vector<Uuid> refs = TRY(catalog::dependencies_of(connection, pair.target, row));
    for (const Uuid& id : refs) {
      const UndoItem* item = find_item(undo, id);
      if (item == nullptr || !is_deleted(*item)) continue;
      json::Object dependent = named_json(row.kind, row.id, row.name);
      dependent.add("refersTo", named_json(item->kind, item->id, item->name));
      dependents.push_back(std::move(dependent));
    }
  }
  return dependents;
}

Result<Ledger> begin_undo(db::Connection& connection, const Pair& pair, Undo& undo) {
  Ledger ledger = ledger_of(undo);
  if (ledger.entries.empty()) return ledger;
  ledger.target_revision = TRY(store::bump_revision(connection, pair.target));
  // What refers to it in the target leads elsewhere now, when the target is a source itself.
  if (std::any_of(undo.items.begin(), undo.items.end(), comes_or_goes)) {
    TRY(store::mark_shrunk(connection, pair.target, ledger.target_revision));
  }
  return ledger;
}

Done apply_undo(db::Connection& connection, const Pair& pair, const Undo& undo, const Ledger& ledger) {
  TRY(delete_kept(connection, pair.target, ledger.entries));
  for (std::size_t table = 0; table < store::part_tables().size(); ++table) {
    TRY(write_table(connection, pair, undo, table));
  }
  TRY(store::write_marks(connection, pair.target, undo.marks.size(),
                         [&](std::size_t n) { return std::pair(undo.marks[n].id, undo.marks[n].live); }));
  std::vector<store::HeldRelease> held;
  for (const LedgerHeld& each : undo.held) held.emplace_back(each.id, each.before);
  TRY(store::write_held_releases(connection, pair.target, held));
  // Where copies from any source refer to is another place, when something that was adopted comes or goes.
  const bool forgets = std::any_of(undo.items.begin(), undo.items.end(),
                                   [](const UndoItem& item) { return item.adopted && comes_or_goes(item); });
  if (forgets) TRY(store::forget_watermarks_into(connection, pair.target));
  return change_watermarks(connection, pair, forgets ? store::Watermarks() : undo.watermarks_now,
                           undo.watermarks_after);
}

}  // namespace syncline::promotion
