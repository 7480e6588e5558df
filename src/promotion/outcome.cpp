#include "promotion/outcome.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "model/builtin_tools.h"
#include "planning/target_ids.h"
#include "promotion/items.h"
#include "promotion/releases.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;
using planning::Index;
using planning::kNone;

// Of the built-in tools, those a member refers to, with the first that does.
void add_built_ins(const Selection& selection, std::vector<std::string>& excluded) {
  std::uint32_t known = 0;
  for (std::size_t i = 0; i < kBuiltinTools.size(); ++i) {
    const std::string id = std::string(kBuiltinPrefix) + std::string(kBuiltinTools[i].name);
    if (std::find(selection.built_ins.begin(), selection.built_ins.end(), id) != selection.built_ins.end())
      known |= 1U << i;
  }
  for (const Index member : selection.closure.members) {
    const std::uint32_t added = selection.snapshot.contents[member].built_ins & ~known;
    if (added == 0) continue;
    known |= added;
    for (std::size_t i = 0; i < kBuiltinTools.size(); ++i) {
      if ((added >> i & 1U) != 0) excluded.push_back(built_in_item(selection, kBuiltinTools[i].name, member));
    }
  }
}

// What is left out counts for the step of its kind. What is missing has none, and counts for each step with a member
// that refers to it: else what a step reports would hang on which members were looked at.
void add_excluded(const Selection& selection, const planning::Kinds& steps, Outcome& outcome) {
  const planning::Source& source = selection.snapshot.source;
  for (const planning::Excluded& excluded : selection.closure.excluded) {
    if (excluded.resource == kNone || !planning::has(steps, source[excluded.resource].kind)) continue;
    outcome[static_cast<std::size_t>(source[excluded.resource].kind)].excluded.push_back(
        excluded_item(selection, excluded));
  }
  std::set<std::pair<Kind, Uuid>> known;
  for (const planning::LooseEnd& loose : selection.closure.loose) {
    const Kind kind = source[loose.from].kind;
    if (loose.copy != kNone || source.find(loose.to) != kNone || !planning::has(steps, kind)) continue;
    if (!known.emplace(kind, loose.to).second) continue;
    outcome[static_cast<std::size_t>(kind)].excluded.push_back(excluded_item(
        selection,
        {.id = loose.to, .resource = kNone, .reason = planning::ExclusionReason::missing, .by = loose.from}));
  }
}

Result<json::Value> parse_list(const std::string& text) {
  return json::parse(text, {.depth = 64, .nodes = 100'000'000});
}

// Puts what was left out at the watermarks before what is left out now, each once.
Done remember_excluded(const std::vector<Kind>& steps, const store::Watermarks& watermarks, Outcome& outcome) {
  for (const Kind kind : steps) {
    std::unordered_set<std::string> known;
    std::vector<std::string> all;
    const json::Value list = TRY(parse_list(watermarks[static_cast<std::size_t>(kind)]->excluded));
    ensure(list.array() != nullptr, "A watermark has lists.");
    for (const json::Value& item : *list.array()) {
      known.insert(item.text_at("sourceId"));
      all.push_back(json::write(item));
    }
    std::vector<std::string>& now = outcome[static_cast<std::size_t>(kind)].excluded;
    for (std::string& item : now) {
      const json::Value written = TRY(json::parse(item));
      if (!known.contains(written.text_at("sourceId"))) all.push_back(std::move(item));
    }
    now = std::move(all);
  }
  return done();
}

// A report names each once, for the first step that left it out.
Done name_once(const std::vector<Kind>& steps, Outcome& outcome) {
  std::unordered_set<std::string> named;
  for (const Kind kind : steps) {
    StepOutcome& step = outcome[static_cast<std::size_t>(kind)];
    std::vector<std::string> first;
    for (std::string& item : step.excluded) {
      const json::Value written = TRY(json::parse(item));
      (named.insert(written.text_at("sourceId")).second ? first : step.named_before).push_back(std::move(item));
    }
    step.excluded = std::move(first);
  }
  return done();
}

// The same for what dangled, unless it is planned anew or has come to be since.
Done remember_dangling(db::Connection& connection, std::string_view target, const planning::Plan& plan,
                       const store::Watermark& watermark, StepOutcome& step) {
  const json::Value list = TRY(parse_list(watermark.dangling));
  ensure(list.array() != nullptr, "A watermark has lists.");
  if (list.array()->empty()) return done();
  std::unordered_set<Uuid, UuidHash> planned;  // there when the plan has been applied
  for (const Change& change : plan.changes) planned.insert(change.id);
  std::vector<std::string> all;
  for (const json::Value& item : *list.array()) {
    const std::optional<Uuid> from = parse_uuid(item.text_at("from"));
    const std::optional<Uuid> to = parse_uuid(item.text_at("to"));
    ensure(from && to, "A watermark's lists have ids.");
    if (planned.contains(*from) || planned.contains(*to)) continue;
    bool found = false;
    TRY(store::find_target_row(connection, target, *to, [&](const store::TargetRow&) { found = true; }));
    if (!found) all.push_back(json::write(item));
  }
  std::move(step.dangling.begin(), step.dangling.end(), std::back_inserter(all));
  step.dangling = std::move(all);
  return done();
}

void count_changes(const Selection& selection, const planning::Plan& plan, Outcome& outcome) {
  for (const Change& change : plan.changes) {
    StepOutcome& step = outcome[static_cast<std::size_t>(selection.snapshot.source[change.resource].kind)];
    // Of a part of the members, those that were in the closure before are remembered in the watermark.
    const bool known = change.action != Action::conflict && change.existing != kNone &&
                       selection.snapshot.target[change.existing].live;
    if (selection.everything || !known) ++step.members;
    if (change.action == Action::created) ++step.counts.created;
    if (change.action == Action::updated) ++step.counts.updated;
    if (change.action == Action::conflict) ++step.counts.conflicts;
    if (change.action == Action::excluded) ++step.counts.excluded;
    if (change.drifted) ++step.counts.drifted;
  }
}

// Variables the source uses, or the release did when it was made, and the target does not have.
Result<std::vector<std::string>> missing_names(db::Connection& connection, const Pair& pair,
                                               const Selection& selection) {
  if (!selection.release) return store::list_missing_variables(connection, pair.source, pair.target);
  std::set<std::string> names;
  for (const store::VariableUse& use : selection.release->variable_uses) names.insert(use.name);
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!TRY(store::has_variable(connection, pair.target, name))) missing.push_back(name);
  }
  return missing;
}

Result<std::vector<Uuid>> users_of(db::Connection& connection, const Pair& pair, const Selection& selection,
                                   const std::string& name) {
  if (!selection.release) return store::list_variable_users(connection, pair.source, name);
  std::vector<Uuid> users;
  for (const store::VariableUse& use : selection.release->variable_uses) {
    if (use.name == name) users.push_back(use.resource);
  }
  std::sort(users.begin(), users.end());
  return users;
}

}  // namespace

Result<Outcome> sum_up(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                       const Selection& selection, const planning::Plan& plan, const store::Watermarks& watermarks) {
  Outcome outcome;
  const planning::Kinds steps = request.kinds();
  count_changes(selection, plan, outcome);
  add_excluded(selection, steps, outcome);
  if (planning::has(steps, Kind::tool)) {
    StepOutcome& tools = outcome[static_cast<std::size_t>(Kind::tool)];
    for (const std::string& id : selection.built_ins) {
      tools.excluded.push_back(built_in_item(selection, std::string_view(id).substr(kBuiltinPrefix.size()), kNone));
    }
    add_built_ins(selection, tools.excluded);
  }
  for (const planning::Dangling& dangling : plan.dangling) {
    outcome[static_cast<std::size_t>(dangling.from_kind)].dangling.push_back(dangling_object(dangling));
  }
  if (!selection.everything) TRY(remember_excluded(request.steps, watermarks, outcome));
  TRY(name_once(request.steps, outcome));
  for (const Kind kind : request.steps) {
    StepOutcome& step = outcome[static_cast<std::size_t>(kind)];
    if (!selection.everything) {
      const store::Watermark& watermark = *watermarks[static_cast<std::size_t>(kind)];
      step.members += watermark.members;
      TRY(remember_dangling(connection, pair.target, plan, watermark, step));
    }
    Counts& counts = step.counts;
    counts.unchanged = step.members - counts.created - counts.updated - counts.conflicts - counts.excluded;
    counts.excluded += static_cast<std::int64_t>(step.excluded.size());
  }
  return outcome;
}

Result<std::vector<MissingVariable>> find_missing_variables(db::Connection& connection, const planning::Kinds& steps,
                                                            const Pair& pair, const Selection& selection,
                                                            const planning::Plan& plan) {
  const std::vector<std::string> names = TRY(missing_names(connection, pair, selection));
  std::vector<MissingVariable> missing;
  if (names.empty()) return missing;
  std::vector<bool> member(selection.snapshot.source.size(), false);
  for (const Index resource : selection.closure.members) member[resource] = true;
  for (const Change& change : plan.changes) {
    if (change.reason == planning::ExclusionReason::detached) member[change.resource] = false;
  }
  planning::TargetIds ids(pair.source, pair.target);
  for (const planning::TargetRow& row : selection.snapshot.target.rows()) ids.note(row);
  for (const std::string& name : names) {
    MissingVariable variable{.name = name, .used_by = {}};
    const std::vector<Uuid> users = TRY(users_of(connection, pair, selection, name));
    for (const Uuid& id : users) {
      const Index known = selection.snapshot.source.find(id);
      bool taken = known != kNone && member[known];
      if (!taken && !selection.everything) {
        TRY(store::find_target_row(connection, pair.target, ids.of(id), [&](const store::TargetRow& row) {
          taken = row.live && row.synced_from == pair.source;
        }));
      }
      if (!taken) continue;
      const auto add = [&](Kind kind, std::string_view user) {
        if (planning::has(steps, kind)) variable.used_by.push_back({kind, id, std::string(user)});
      };
      if (known != kNone) {
        add(selection.snapshot.source[known].kind, selection.snapshot.source[known].name);
        continue;
      }
      TRY(store::find_source_row(connection, pair.source, id,
                                 [&](const store::SourceRow& row) { add(row.kind, row.name); }));
    }
    if (!variable.used_by.empty()) missing.push_back(std::move(variable));
  }
  return missing;
}

Result<std::vector<std::string>> find_warnings(db::Connection& connection, const Pair& pair,
                                               const planning::Plan& plan) {
  std::vector<std::string> warnings;
  const bool created = std::any_of(plan.changes.begin(), plan.changes.end(),
                                   [](const Change& change) { return change.action == Action::created; });
  if (!created) return warnings;
  const std::vector<Uuid> mentioned = TRY(store::list_mentioned_ids(connection, pair.target));
  if (mentioned.empty()) return warnings;
  const std::unordered_set<Uuid, UuidHash> awaited(mentioned.begin(), mentioned.end());
  for (const Change& change : plan.changes) {
    if (change.action != Action::created || !awaited.contains(change.id)) continue;
    warnings.push_back("Resources of the target mentioned " + change.id.text() +
                       " before it was there. Save them again, so that this counts as a reference.");
  }
  return warnings;
}

}  // namespace syncline::promotion
