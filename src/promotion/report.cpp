#include "promotion/report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "model/builtin_tools.h"
#include "planning/sync_id.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;
using planning::Index;
using planning::kNone;

constexpr std::size_t kLongestPath = 16;

void append_id(std::string& out, const Uuid& id) {
  char text[38];
  text[0] = text[37] = '"';
  write_uuid(id, text + 1);
  out.append(text, sizeof text);
}

void append_kind(std::string& out, std::optional<Kind> kind) {
  if (kind)
    out.append("\"").append(info(*kind).step).append("\"");
  else
    out += "null";
}

// ,"because":["agents/Support","tools/Search"]: who pulled it in, from the first to the nearest.
void append_because(std::string& out, const Selection& selection, Index by) {
  if (by == kNone) return;
  std::vector<Index> path;
  for (; by != kNone && path.size() < kLongestPath; by = selection.closure.via[by]) path.push_back(by);
  out += by == kNone ? ",\"because\":[" : ",\"because\":[\"…\",";
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    const planning::Resource& resource = selection.snapshot.source[*step];
    if (step != path.rbegin()) out += ',';
    const std::size_t start = out.size();
    json::append_string(out, resource.name);
    out.insert(start + 1, std::string(info(resource.kind).step) + "/");
  }
  out += ']';
}

void append_change(std::string& out, const Selection& selection, const Change& change) {
  const planning::Resource& resource = selection.snapshot.source[change.resource];
  out.append("{\"kind\":\"").append(info(resource.kind).step).append("\",\"sourceId\":");
  append_id(out, resource.id);
  out += ",\"targetId\":";
  append_id(out, change.id);
  out += ",\"name\":";
  json::append_string(out, resource.name);
  out.append(",\"action\":\"").append(planning::action_name(change.action)).append("\"");
  if (change.action == Action::conflict) out += ",\"reason\":\"id_taken\"";
  if (change.drifted) out += ",\"drifted\":true";
  append_because(out, selection, selection.closure.via[change.resource]);
  out += '}';
}

std::string excluded_item(const Selection& selection, const planning::Excluded& excluded) {
  std::string out = "{\"kind\":";
  const planning::Resource* row = excluded.resource == kNone ? nullptr : &selection.snapshot.source[excluded.resource];
  append_kind(out, row != nullptr ? std::optional(row->kind) : std::nullopt);
  out += ",\"sourceId\":";
  append_id(out, excluded.id);
  out += ",\"targetId\":null,\"name\":";
  if (row != nullptr)
    json::append_string(out, row->name);
  else
    out += "null";
  out.append(",\"action\":\"excluded\",\"reason\":\"").append(planning::reason_name(excluded.reason)).append("\"");
  append_because(out, selection, excluded.by);
  return out + "}";
}

// `by`: the member that refers to it; none when it was named.
std::string built_in_item(const Selection& selection, std::string_view name, Index by) {
  std::string out = "{\"kind\":\"tools\",\"sourceId\":";
  json::append_string(out, std::string(kBuiltinPrefix) + std::string(name));
  out += ",\"targetId\":null,\"name\":";
  json::append_string(out, name);
  out += ",\"action\":\"excluded\",\"reason\":\"built_in\"";
  if (by != kNone) append_because(out, selection, by);
  return out + "}";
}

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

std::string dangling_object(const planning::Dangling& dangling) {
  std::string out = "{\"from\":";
  append_id(out, dangling.from);
  out += ",\"to\":";
  append_id(out, dangling.to);
  out += ",\"kind\":";
  append_kind(out, dangling.kind);
  out += ",\"fixedByStep\":";
  append_kind(out, dangling.fixed_by);
  if (!dangling.fixed_by_source.empty()) {
    out += ",\"fixedBySource\":";
    json::append_string(out, dangling.fixed_by_source);
  }
  return out + "}";
}

// What is left out counts for the step of its kind; what is missing has none, and counts for who refers to it.
Kind step_of(const Selection& selection, const planning::Excluded& excluded) {
  if (excluded.resource != kNone) return selection.snapshot.source[excluded.resource].kind;
  return selection.snapshot.source[excluded.by].kind;
}

std::string counts_json(const Counts& counts) {
  std::string out;
  const auto add = [&](std::string_view name, std::int64_t count) {
    out.append(out.empty() ? "{\"" : ",\"").append(name).append("\":").append(std::to_string(count));
  };
  add("created", counts.created);
  add("updated", counts.updated);
  add("unchanged", counts.unchanged);
  add("drifted", counts.drifted);
  add("conflicts", counts.conflicts);
  add("excluded", counts.excluded);
  add("pruned", counts.pruned);
  return out + "}";
}

Counts total(const Outcome& outcome) {
  Counts sum;
  for (const StepOutcome& step : outcome) {
    sum.created += step.counts.created;
    sum.updated += step.counts.updated;
    sum.unchanged += step.counts.unchanged;
    sum.drifted += step.counts.drifted;
    sum.conflicts += step.counts.conflicts;
    sum.excluded += step.counts.excluded;
    sum.pruned += step.counts.pruned;
  }
  return sum;
}

Result<json::Value> parse_list(const std::string& text) {
  return json::parse(text, {.depth = 64, .nodes = 100'000'000});
}

// Puts what was left out at the watermarks before what is left out now, each once.
Done remember_excluded(const std::vector<Kind>& steps, const store::Watermarks& watermarks, Outcome& outcome) {
  std::unordered_set<std::string> known;
  std::array<std::vector<std::string>, kKinds.size()> all;
  for (const Kind kind : steps) {
    const json::Value list = TRY(parse_list(watermarks[static_cast<std::size_t>(kind)]->excluded));
    ensure(list.array() != nullptr, "A watermark has lists.");
    for (const json::Value& item : *list.array()) {
      known.insert(item.text_at("sourceId"));
      all[static_cast<std::size_t>(kind)].push_back(json::write(item));
    }
  }
  for (const Kind kind : steps) {
    std::vector<std::string>& items = all[static_cast<std::size_t>(kind)];
    for (std::string& item : outcome[static_cast<std::size_t>(kind)].excluded) {
      const json::Value written = TRY(json::parse(item));
      if (!known.contains(written.text_at("sourceId"))) items.push_back(std::move(item));
    }
    outcome[static_cast<std::size_t>(kind)].excluded = std::move(items);
  }
  return done();
}

// The same for what dangled, unless it is planned anew or has come to be since.
Done remember_dangling(db::Connection& connection, std::string_view target, const planning::Plan& plan,
                       const store::Watermark& watermark, StepOutcome& step) {
  const json::Value list = TRY(parse_list(watermark.dangling));
  ensure(list.array() != nullptr, "A watermark has lists.");
  if (list.array()->empty()) return done();
  std::unordered_set<Uuid, UuidHash> planned;
  for (const Change& change : plan.changes) planned.insert(change.id);
  std::vector<std::string> all;
  for (const json::Value& item : *list.array()) {
    const std::optional<Uuid> from = parse_uuid(item.text_at("from"));
    const std::optional<Uuid> to = parse_uuid(item.text_at("to"));
    ensure(from && to, "A watermark's lists have ids.");
    if (planned.contains(*from)) continue;
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
    if (change.drifted) ++step.counts.drifted;
  }
}

void append_items(std::string& out, const ReportParts& parts) {
  const char* separator = "";
  for (const Change& change : parts.plan.changes) {
    if (change.action == Action::unchanged && !parts.request.include_unchanged) continue;
    out += separator;
    append_change(out, parts.selection, change);
    separator = ",";
  }
  for (const StepOutcome& step : parts.outcome) {
    for (const std::string& item : step.excluded) {
      out.append(separator).append(item);
      separator = ",";
    }
  }
}

void append_missing_variables(std::string& out, const std::vector<MissingVariable>& variables) {
  const char* separator = "";
  for (const MissingVariable& variable : variables) {
    out.append(separator).append("{\"name\":");
    json::append_string(out, variable.name);
    out += ",\"usedBy\":[";
    const char* between = "";
    for (const VariableUser& user : variable.used_by) {
      out.append(between).append("{\"kind\":\"").append(info(user.kind).step).append("\",\"id\":");
      append_id(out, user.id);
      out += ",\"name\":";
      json::append_string(out, user.name);
      out += '}';
      between = ",";
    }
    out += "]}";
    separator = ",";
  }
}

}  // namespace

Result<Outcome> sum_up(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                       const Selection& selection, const planning::Plan& plan, const store::Watermarks& watermarks) {
  Outcome outcome;
  const planning::Kinds steps = request.kinds();
  count_changes(selection, plan, outcome);
  for (const planning::Excluded& excluded : selection.closure.excluded) {
    const Kind kind = step_of(selection, excluded);
    if (!planning::has(steps, kind)) continue;
    outcome[static_cast<std::size_t>(kind)].excluded.push_back(excluded_item(selection, excluded));
  }
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
  for (const Kind kind : request.steps) {
    StepOutcome& step = outcome[static_cast<std::size_t>(kind)];
    if (!selection.everything) {
      const store::Watermark& watermark = *watermarks[static_cast<std::size_t>(kind)];
      step.members += watermark.members;
      TRY(remember_dangling(connection, pair.target, plan, watermark, step));
    }
    Counts& counts = step.counts;
    counts.unchanged = step.members - counts.created - counts.updated - counts.conflicts;
    counts.excluded = static_cast<std::int64_t>(step.excluded.size());
  }
  return outcome;
}

Result<std::vector<MissingVariable>> find_missing_variables(db::Connection& connection, const planning::Kinds& steps,
                                                            const Pair& pair, const Selection& selection) {
  const std::vector<std::string> names = TRY(store::list_missing_variables(connection, pair.source, pair.target));
  std::vector<MissingVariable> missing;
  if (names.empty()) return missing;
  std::vector<bool> member(selection.snapshot.source.size(), false);
  for (const Index resource : selection.closure.members) member[resource] = true;
  const planning::SyncIds ids(pair.source, pair.target);
  for (const std::string& name : names) {
    MissingVariable variable{.name = name, .used_by = {}};
    const std::vector<Uuid> users = TRY(store::list_variable_users(connection, pair.source, name));
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

std::string join_objects(const std::vector<std::string>& objects) {
  std::string out = "[";
  for (const std::string& object : objects) out.append(out.size() == 1 ? "" : ",").append(object);
  return out + "]";
}

Report make_report(const ReportParts& parts) {
  Report report{.run_id = make_uuid7(parts.started_at),
                .started_at = parts.started_at,
                .finished_at = parts.finished_at,
                .summary = counts_json(total(parts.outcome)),
                .text = {}};
  std::string& out = report.text;
  out.reserve(1024 + parts.plan.changes.size() * 320);
  out += "{\"runId\":";
  append_id(out, report.run_id);
  out += ",\"source\":";
  json::append_string(out, parts.pair.source);
  out += ",\"target\":";
  json::append_string(out, parts.pair.target);
  out += ",\"steps\":[";
  for (const Kind step : parts.request.steps) {
    if (step != parts.request.steps.front()) out += ',';
    append_kind(out, step);
  }
  out += "],\"status\":\"succeeded\",\"startedAt\":";
  json::append_string(out, format_time(report.started_at));
  out += ",\"finishedAt\":";
  json::append_string(out, format_time(report.finished_at));
  out.append(",\"summary\":").append(report.summary).append(",\"byStep\":{");
  for (const Kind step : parts.request.steps) {
    if (step != parts.request.steps.front()) out += ',';
    append_kind(out, step);
    out.append(":").append(counts_json(parts.outcome[static_cast<std::size_t>(step)].counts));
  }
  out += "},\"items\":[";
  append_items(out, parts);
  out += "],\"danglingReferences\":[";
  const char* separator = "";
  for (const StepOutcome& step : parts.outcome) {
    for (const std::string& object : step.dangling) {
      out.append(separator).append(object);
      separator = ",";
    }
  }
  out += "],\"missingVariables\":[";
  append_missing_variables(out, parts.missing_variables);
  out += "],\"warnings\":[";
  for (std::size_t i = 0; i < parts.warnings.size(); ++i) {
    if (i > 0) out += ',';
    json::append_string(out, parts.warnings[i]);
  }
  out += "]}";
  return report;
}

}  // namespace syncline::promotion
