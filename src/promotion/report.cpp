#include "promotion/report.h"

#include "base/json.h"
#include "promotion/releases.h"

namespace syncline::promotion {

Report make_report(const ReportParts& parts) {
  const Computed& computed = parts.computed;
  Report report{.run_id = parts.request.run_id.value_or(make_uuid7(parts.started_at)),
                .started_at = parts.started_at,
                .finished_at = parts.finished_at,
                .summary = counts_json(total(computed.outcome)),
                .text = {}};
  std::string& out = report.text;
  out.reserve(1024 + computed.plan.changes.size() * 320);
  out += "{\"runId\":";
  append_id(out, report.run_id);
  out += ",\"planId\":";
  if (parts.plan_id)
    append_id(out, *parts.plan_id);
  else
    out += "null";
  const Release* release = computed.selection.release.get();
  out += ",\"releaseId\":";
  if (release != nullptr)
    append_id(out, release->row.id);
  else
    out += "null";
  out += ",\"releaseName\":";
  if (release != nullptr)
    json::append_string(out, release->row.name);
  else
    out += "null";
  out += ",\"source\":";
  json::append_string(out, computed.pair.source);
  out += ",\"target\":";
  json::append_string(out, computed.pair.target);
  append_steps(out, parts.request.steps);
  out += ",\"status\":\"succeeded\",\"startedAt\":";
  json::append_string(out, format_time(report.started_at));
  out += ",\"finishedAt\":";
  json::append_string(out, format_time(report.finished_at));
  out.append(",\"summary\":").append(report.summary);
  append_by_step(out, parts.request.steps, computed.outcome);
  append_items(out, computed.selection, computed.plan, computed.outcome, parts.additions, computed.pruned(),
               parts.request.include_unchanged);
  out.append(",\"orphans\":")
      .append(orphans_json(computed.prune ? std::vector<Orphan>() : computed.orphans, nullptr, false));
  append_dangling(out, computed.outcome);
  append_missing_variables(out, computed.missing_variables);
  append_warnings(out, computed.warnings);
  out += '}';
  return report;
}

}  // namespace syncline::promotion
