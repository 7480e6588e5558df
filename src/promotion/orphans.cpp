#include "promotion/orphans.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "catalog/bodies.h"
#include "planning/sync_id.h"
#include "store/edges.h"
#include "store/resource_lists.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;
using Places = std::unordered_map<Uuid, std::size_t, UuidHash>;  // of orphans, by id

bool is_written(const Change& change) { return change.action == Action::created || change.action == Action::updated; }

// Copies of the pair that no member stands behind.
Result<std::vector<Orphan>> list_candidates(db::Connection& connection, const planning::Kinds& steps, const Pair& pair,
                                            const Selection& selection, const planning::Plan& plan) {
  std::vector<Orphan> found;
  const auto add = [&](Kind kind, const Uuid& id, const Uuid& origin) {
    if (planning::has(steps, kind)) found.push_back({.id = id, .kind = kind, .origin = origin, .name = {}});
  };
  if (selection.marking == planning::Marking::taken) {
    std::unordered_set<Uuid, UuidHash> taken;
    for (const Change& change : plan.changes) taken.insert(change.id);
    TRY(store::each_orphan(connection, pair.target, pair.source, [&](Kind kind, const Uuid& id, const Uuid& origin) {
      if (!taken.contains(id)) add(kind, id, origin);
    }));
    return found;
  }
  if (selection.marking == planning::Marking::none) return found;
  std::vector<bool> member(selection.snapshot.source.size(), false);
  for (const planning::Index resource : selection.closure.members) member[resource] = true;
  for (const planning::TargetRow& row : selection.snapshot.target.rows()) {
    if (row.synced_from != pair.source) continue;
    const planning::Index origin = selection.snapshot.source.find(row.origin);
    if (origin == planning::kNone || !member[origin]) add(row.kind, row.id, row.origin);
  }
  return found;
}

Result<OrphanReason> reason_of(db::Connection& connection, const Pair& pair, const Orphan& orphan) {
  const auto original = TRY(store::kind_of_resource(connection, pair.source, orphan.origin));
  if (!original) return OrphanReason::deleted;
  if (orphan.kind == Kind::evaluation) return OrphanReason::unreached;  // It may have followed its agents.
  const std::vector<Uuid> referrers = TRY(store::list_referrers(connection, pair.source, orphan.origin));
  return referrers.empty() ? OrphanReason::unflagged : OrphanReason::unreached;
}

json::Array dependents_json(const std::vector<Dependent>& dependents) {
  json::Array list;
  for (const Dependent& each : dependents) {
    list.emplace_back(json::Object{{"kind", info(each.kind).step}, {"id", each.id.text()}, {"name", each.name}});
  }
  return list;
}

json::Object orphan_json(const Orphan& orphan) {
  return {{"kind", info(orphan.kind).step},
          {"targetId", orphan.id.text()},
          {"sourceId", orphan.origin.text()},
          {"name", orphan.name},
          {"reason", orphan_reason_name(orphan.reason)}};
}

}  // namespace

std::string_view orphan_reason_name(OrphanReason reason) {
  constexpr std::string_view kNames[] = {"deleted", "unflagged", "unreached", "not_in_release"};
  return kNames[static_cast<int>(reason)];
}

Result<std::vector<Orphan>> find_orphans(db::Connection& connection, const planning::Kinds& steps, const Pair& pair,
                                         const Selection& selection, const planning::Plan& plan) {
  std::vector<Orphan> orphans = TRY(list_candidates(connection, steps, pair, selection, plan));
  std::sort(orphans.begin(), orphans.end(), [](const Orphan& left, const Orphan& right) { return left.id < right.id; });
  for (Orphan& orphan : orphans) {
    const auto row = TRY(store::find_resource(connection, pair.target, orphan.id));
    ensure(row.has_value(), "An orphan is a row of the target.");
    orphan.name = row->name;
    orphan.adopted = row->adopted;
    orphan.reason = selection.release ? OrphanReason::not_in_release : TRY(reason_of(connection, pair, orphan));
  }
  return orphans;
}

Result<std::vector<std::vector<Dependent>>> find_dependents(db::Connection& connection, const Pair& pair,
                                                            const Selection& selection, const planning::Plan& plan,
                                                            const std::vector<Orphan>& orphans) {
  std::vector<std::vector<Dependent>> dependents(orphans.size());
  if (orphans.empty()) return dependents;
  Places places;
  for (std::size_t i = 0; i < orphans.size(); ++i) places.emplace(orphans[i].id, i);
  std::vector<std::unordered_set<Uuid, UuidHash>> ids(orphans.size());
  const auto add = [&](const Uuid& to, const Uuid& from) {
    const auto found = places.find(to);
    if (found != places.end()) ids[found->second].insert(from);
  };
  for (std::size_t i = 0; i < orphans.size(); ++i) {
    // Of the target's own resources, and of what it has changed about copies.
    const std::vector<Uuid> referrers = TRY(store::list_referrers(connection, pair.target, orphans[i].id));
    for (const Uuid& id : referrers) {
      if (!places.contains(id)) ids[i].insert(id);
    }
  }
  // What is about to be written refers to what its original does, not to what it did.
  std::unordered_set<Uuid, UuidHash> written;
  for (const Change& change : plan.changes) {
    if (!is_written(change)) continue;
    written.insert(change.id);
    const catalog::IdMapping mapping(pair.source, pair.target, change.exceptions);
    const std::string_view refs = selection.snapshot.source[change.resource].refs;
    for (std::size_t n = 0; n < planning::count_ids(refs); ++n) add(mapping.of(planning::id_at(refs, n)), change.id);
  }
  TRY(store::each_copy_body(connection, pair.target, [&](const store::CopyBody& body) {
    if (written.contains(body.copy) || places.contains(body.copy)) return;
    const catalog::IdMapping mapping(body.space, pair.target, body.exceptions);
    for (std::size_t n = 0; n < planning::count_ids(body.refs); ++n) {
      add(mapping.of(planning::id_at(body.refs, n)), body.copy);
    }
  }));
  for (std::size_t i = 0; i < orphans.size(); ++i) {
    const std::vector<Uuid> sorted = store::unpack_ids(store::pack_ids({ids[i].begin(), ids[i].end()}));
    for (const Uuid& id : sorted) {
      const auto row = TRY(store::find_resource(connection, pair.target, id));
      if (row) {
        dependents[i].push_back({row->kind, id, row->name});
        continue;
      }
      for (const Change& change : plan.changes) {  // One that is only about to be.
        if (change.id != id) continue;
        const planning::Resource& original = selection.snapshot.source[change.resource];
        dependents[i].push_back({original.kind, id, std::string(original.name)});
      }
    }
  }
  return dependents;
}

std::string orphans_json(const std::vector<Orphan>& orphans, const std::vector<std::vector<Dependent>>* dependents,
                         bool prune) {
  json::Array list;
  for (std::size_t i = 0; i < orphans.size(); ++i) {
    json::Object object = orphan_json(orphans[i]);
    if (dependents != nullptr) {
      object.add("dependents", dependents_json((*dependents)[i]));
      object.add("willPrune", prune);
    }
    list.emplace_back(std::move(object));
  }
  return json::write(json::Value(std::move(list)));
}

Done check_prune(db::Connection& connection, const Pair& pair, const std::vector<Orphan>& orphans,
                 const std::vector<std::vector<Dependent>>& dependents, double limit) {
  if (orphans.empty()) return done();
  json::Array blocked;
  for (std::size_t i = 0; i < orphans.size(); ++i) {
    if (dependents[i].empty()) continue;
    json::Object object = orphan_json(orphans[i]);
    object.add("dependents", dependents_json(dependents[i]));
    blocked.emplace_back(std::move(object));
  }
  if (!blocked.empty()) {
    return Fail{{.kind = ErrorKind::conflict,
                 .code = "prune_blocked",
                 .message = "Resources that stay refer to what would be pruned.",
                 .extension_json = "\"blocked\":" + json::write(json::Value(std::move(blocked)))}};
  }
  const std::int64_t copies = TRY(store::count_copies(connection, pair.target, pair.source));
  if (static_cast<double>(orphans.size()) <= limit * static_cast<double>(copies)) return done();
  const json::Value numbers =
      json::Object{{"prune", static_cast<std::int64_t>(orphans.size())}, {"copies", copies}, {"limit", limit}};
  std::string members = json::write(numbers);
  return Fail{{.kind = ErrorKind::conflict,
               .code = "prune_limit",
               .message = "Pruning would delete " + std::to_string(orphans.size()) + " of " + std::to_string(copies) +
                          " copies, more than the limit allows.",
               .extension_json = members.substr(1, members.size() - 2)}};
}

}  // namespace syncline::promotion
