#include "promotion/items.h"

#include <algorithm>

#include "base/json.h"
#include "model/builtin_tools.h"

namespace syncline::promotion {
namespace {

using planning::Action;
using planning::Change;
using planning::Index;
using planning::kNone;

constexpr std::size_t kLongestPath = 16;

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

void append_change(std::string& out, const Selection& selection, const Change& change, const Additions& additions) {
  const planning::Resource& resource = selection.snapshot.source[change.resource];
  out.append("{\"kind\":\"").append(info(resource.kind).step).append("\",\"sourceId\":");
  append_id(out, resource.id);
  out += ",\"targetId\":";
  append_id(out, change.id);
  out += ",\"name\":";
  json::append_string(out, resource.name);
  out.append(",\"action\":\"").append(planning::action_name(change.action)).append("\"");
  if (change.action == Action::conflict) out += ",\"reason\":\"id_taken\"";
  if (change.reason) out.append(",\"reason\":\"").append(planning::reason_name(*change.reason)).append("\"");
  if (change.drifted) out += ",\"drifted\":true";
  if (change.overridden) out += ",\"overridden\":true";
  append_because(out, selection, selection.closure.via[change.resource]);
  const auto addition = additions.find(change.id);
  if (addition != additions.end()) out += addition->second;
  out += '}';
}

void append_pruned(std::string& out, const Orphan& orphan) {
  out.append("{\"kind\":\"").append(info(orphan.kind).step).append("\",\"sourceId\":");
  append_id(out, orphan.origin);
  out += ",\"targetId\":";
  append_id(out, orphan.id);
  out += ",\"name\":";
  json::append_string(out, orphan.name);
  out.append(",\"action\":\"pruned\",\"reason\":\"").append(orphan_reason_name(orphan.reason)).append("\"}");
}

}  // namespace

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

void append_items(std::string& out, const Selection& selection, const planning::Plan& plan, const Outcome& outcome,
                  const Additions& additions, const std::vector<Orphan>& pruned, bool include_unchanged) {
  out += ",\"items\":[";
  const char* separator = "";
  for (const Change& change : plan.changes) {
    if (change.action == Action::unchanged && !include_unchanged) continue;
    out += separator;
    append_change(out, selection, change, additions);
    separator = ",";
  }
  for (const Orphan& orphan : pruned) {
    out += separator;
    append_pruned(out, orphan);
    separator = ",";
  }
  for (const StepOutcome& step : outcome) {
    for (const std::string& item : step.excluded) {
      out.append(separator).append(item);
      separator = ",";
    }
  }
  out += ']';
}

void append_dangling(std::string& out, const Outcome& outcome) {
  out += ",\"danglingReferences\":[";
  const char* separator = "";
  for (const StepOutcome& step : outcome) {
    for (const std::string& object : step.dangling) {
      out.append(separator).append(object);
      separator = ",";
    }
  }
  out += ']';
}

void append_missing_variables(std::string& out, const std::vector<MissingVariable>& variables) {
  out += ",\"missingVariables\":[";
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
  out += ']';
}

void append_warnings(std::string& out, const std::vector<std::string>& warnings) {
  out += ",\"warnings\":[";
  for (std::size_t i = 0; i < warnings.size(); ++i) {
    if (i > 0) out += ',';
    json::append_string(out, warnings[i]);
  }
  out += ']';
}

void append_steps(std::string& out, const std::vector<Kind>& steps) {
  out += ",\"steps\":[";
  for (const Kind step : steps) {
    if (step != steps.front()) out += ',';
    append_kind(out, step);
  }
  out += ']';
}

void append_by_step(std::string& out, const std::vector<Kind>& steps, const Outcome& outcome) {
  out += ",\"byStep\":{";
  for (const Kind step : steps) {
    if (step != steps.front()) out += ',';
    append_kind(out, step);
    out.append(":").append(counts_json(outcome[static_cast<std::size_t>(step)].counts));
  }
  out += '}';
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

std::string built_in_item(const Selection& selection, std::string_view name, Index by) {
  std::string out = "{\"kind\":\"tools\",\"sourceId\":";
  json::append_string(out, std::string(kBuiltinPrefix) + std::string(name));
  out += ",\"targetId\":null,\"name\":";
  json::append_string(out, name);
  out += ",\"action\":\"excluded\",\"reason\":\"built_in\"";
  if (by != kNone) append_because(out, selection, by);
  return out + "}";
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

std::string join_objects(const std::vector<std::string>& objects) {
  std::string out = "[";
  for (const std::string& object : objects) out.append(out.size() == 1 ? "" : ",").append(object);
  return out + "]";
}

}  // namespace syncline::promotion
