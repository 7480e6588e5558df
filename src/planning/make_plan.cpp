#include "planning/make_plan.h"

#include <algorithm>
#include <utility>

#include "planning/target_ids.h"

namespace syncline::planning {
namespace {

// A copy that did not get its original's credentials must differ from it, so that a sync that brings them sees it.
Digest digest_without_credentials(const Digest& digest) {
  std::string text = "without credentials";
  text.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return sha256(text);
}

Action compare(const PlanRequest& request, const Resource& resource, const TargetRow* existing, const Change& change) {
  if (existing == nullptr) return Action::created;
  if (!existing->came_from(request.source) || existing->origin != resource.id) return Action::conflict;
  if (existing->synced_from.empty()) return Action::excluded;
  const bool same_digest =
      existing->digest == change.digest || (request.keep_credentials && existing->digest == resource.digest);
  const bool same = same_digest && existing->exceptions == change.exceptions && !existing->edited;
  return same ? Action::unchanged : Action::updated;
}

struct Pass {
  const PlanRequest& request;
  const Source& source;
  const Target& target;
  const Closure& closure;
  TargetIds ids;
  std::vector<bool> member;
  std::vector<bool> left_out = {};  // members whose copies stay as they are
  Plan plan = {};

  void plan_changes() {
    plan.changes.reserve(closure.members.size());
    auto loose = closure.loose.begin();
    for (const Index resource : closure.members) {
      std::string exceptions;
      for (; loose != closure.loose.end() && loose->from == resource; ++loose) {
        if (loose->copy == kNone || !ids.none_adopted()) continue;
        exceptions += loose->to.view();
        exceptions += ids.of_copy(source[loose->copy]).view();
      }
      if (!ids.none_adopted()) exceptions = exceptions_of(source[resource]);
      if (has(request.steps, source[resource].kind)) plan_change(resource, std::move(exceptions));
    }
    sort_changes();
  }

  // The same in the same order, and besides where the target has adopted what is referred to.
  std::string exceptions_of(const Resource& resource) const {
    std::string exceptions;
    for (std::size_t n = 0; n < count_ids(resource.refs); ++n) {
      const Uuid to = id_at(resource.refs, n);
      const Index found = source.find(to);
      const bool is_copy = found != kNone && source[found].is_copy();
      const std::optional<Uuid> there = is_copy ? std::optional(ids.of_copy(source[found])) : ids.adopted(to);
      if (!there) continue;
      exceptions += to.view();
      exceptions += there->view();
    }
    return exceptions;
  }

  // Sorts small keys first: the rows are far apart in memory, and changes are large to move about.
  void sort_changes() {
    struct Key {
      Kind kind;
      Uuid id;
      std::size_t position;
    };
    std::vector<Key> keys;
    keys.reserve(plan.changes.size());
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
      const Resource& resource = source[plan.changes[i].resource];
      keys.push_back({resource.kind, resource.id, i});
    }
    std::sort(keys.begin(), keys.end(), [](const Key& left, const Key& right) {
      return left.kind != right.kind ? left.kind < right.kind : left.id < right.id;
    });
    std::vector<Change> sorted;
    sorted.reserve(keys.size());
    for (const Key& key : keys) sorted.push_back(std::move(plan.changes[key.position]));
    plan.changes = std::move(sorted);
  }

  void plan_change(Index resource, std::string exceptions) {
    Change change{.resource = resource, .id = ids.of(source[resource].id)};
    change.existing = target.find(change.id);
    const TargetRow* existing = change.existing == kNone ? nullptr : &target[change.existing];
    change.exceptions = std::move(exceptions);
    const bool without = request.keep_credentials && info(source[resource].kind).holds_credentials;
    change.digest = without ? digest_without_credentials(source[resource].digest) : source[resource].digest;
    change.action = compare(request, source[resource], existing, change);
    change.drifted = change.action == Action::updated && existing->edited;
    change.overridden = existing != nullptr && existing->overridden;
    if (change.drifted && request.on_drift == OnDrift::keep) {
      change.action = Action::excluded;
      change.reason = ExclusionReason::drift_kept;
    } else if (change.action == Action::excluded) {
      change.reason = ExclusionReason::detached;
    }
    left_out[resource] = change.action == Action::excluded;
    const bool stays = change.action == Action::unchanged || change.action == Action::excluded;
    if (stays && !existing->live && request.marking != Marking::none) {
      plan.marks.push_back({change.id, true});
    }
    plan.changes.push_back(std::move(change));
  }

  void unmark_the_rest() {
    if (request.marking != Marking::all) return;
    for (const TargetRow& row : target.rows()) {
      if (!row.came_from(request.source) || !row.live || !has(request.steps, row.kind)) continue;
      const Index origin = source.find(row.origin);
      if (origin == kNone || !member[origin]) plan.marks.push_back({row.id, false});
    }
  }

  void note_dangling() {
    for (const LooseEnd& end : closure.loose) {
      if (!has(request.steps, source[end.from].kind) || left_out[end.from]) continue;
      Dangling dangling{.from = ids.of(source[end.from].id), .to = ids.of(end.to), .from_kind = source[end.from].kind};
      if (end.copy != kNone) {
        const Resource& copy = source[end.copy];
        dangling.to = ids.of_copy(copy);
        dangling.kind = copy.kind;
        if (copy.synced_from != request.target) {
          dangling.fixed_by = copy.kind;
          dangling.fixed_by_source = copy.synced_from;
        }
      } else if (const Index unwanted = source.find(end.to); unwanted != kNone) {
        dangling.kind = dangling.fixed_by = source[unwanted].kind;
      }
      if (target.find(dangling.to) == kNone) plan.dangling.push_back(dangling);
    }
    if (request.steps.all()) return;  // Every member is there, then.
    std::vector<char> absent(source.size(), -1);
    for (const Change& change : plan.changes) note_absent_members(change, absent);
  }

  // `absent`: 1 yes, 0 no, -1 not known yet.
  void note_absent_members(const Change& change, std::vector<char>& absent) {
    if (left_out[change.resource]) return;
    const Resource& from = source[change.resource];
    for (std::size_t n = 0; n < count_ids(from.refs); ++n) {
      const Index to = source.find(id_at(from.refs, n));
      if (to == kNone || source[to].is_copy()) continue;
      if (member[to] && has(request.steps, source[to].kind)) continue;
      if (absent[to] < 0) absent[to] = target.find(ids.of(source[to].id)) == kNone;
      if (absent[to] == 0) continue;
      const Kind kind = source[to].kind;
      plan.dangling.push_back(
          {.from = change.id, .to = ids.of(source[to].id), .from_kind = from.kind, .kind = kind, .fixed_by = kind});
    }
  }
};

}  // namespace

std::string_view action_name(Action action) {
  constexpr std::string_view kNames[] = {"created", "updated", "unchanged", "conflict", "excluded"};
  return kNames[static_cast<int>(action)];
}

std::string_view on_drift_name(OnDrift on_drift) {
  constexpr std::string_view kNames[] = {"overwrite", "keep", "fail"};
  return kNames[static_cast<int>(on_drift)];
}

std::optional<OnDrift> on_drift_of(std::string_view name) {
  for (const OnDrift each : {OnDrift::overwrite, OnDrift::keep, OnDrift::fail}) {
    if (on_drift_name(each) == name) return each;
  }
  return std::nullopt;
}

Plan make_plan(const PlanRequest& request, const Source& source, const Target& target, const Closure& closure) {
  Pass pass{.request = request,
            .source = source,
            .target = target,
            .closure = closure,
            .ids = TargetIds(request.source, request.target),
            .member = std::vector<bool>(source.size(), false),
            .left_out = std::vector<bool>(source.size(), false)};
  for (const TargetRow& row : target.rows()) pass.ids.note(row);
  for (const Index resource : closure.members) pass.member[resource] = true;
  pass.plan_changes();
  pass.unmark_the_rest();
  pass.note_dangling();
  return std::move(pass.plan);
}

}  // namespace syncline::planning
