#include "promotion/rollback.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "access/authorise.h"
#include "base/json.h"
#include "promotion/runs.h"
#include "promotion/undo.h"

namespace syncline::promotion {
namespace {

Result<store::RunRow> find_run(db::Connection& connection, const RollbackRequest& request) {
  std::optional<store::StoredRun> found = TRY(store::find_run(connection, request.run));
  const std::string& tenant = request.principal.tenant;
  if (!found || (found->run.source != tenant && found->run.target != tenant)) {
    return fail(ErrorKind::not_found, "not_found", "There is no such run.");
  }
  return std::move(found->run);
}

// Whose turn the undoing has to take.
Result<Pair> find_pair(const Services& services, const RollbackRequest& request) {
  const auto transaction = TRY(services.database.begin_read(db::reading(request.principal.tenant)));
  store::RunRow run = TRY(find_run(transaction->connection(), request));
  return Pair{.source = std::move(run.source), .target = std::move(run.target)};
}

Result<Ledger> need_ledger(db::Connection& connection, const store::RunRow& run, TimeMs now) {
  std::optional<Ledger> ledger = TRY(load_ledger(connection, run.target, run.id, now));
  if (ledger) return std::move(*ledger);
  return fail(ErrorKind::conflict, "nothing_to_roll_back",
              "The run changed nothing, or what it changed is no longer known.");
}

Done refuse_nothing(const Undo& undo) {
  if (!undo.items.empty()) return done();
  if (undo.exact && (!undo.marks.empty() || undo.watermarks_now != undo.watermarks_after)) return done();
  return fail(ErrorKind::conflict, "nothing_to_roll_back", "Everything is as it was before the run.");
}

json::Value item_json(const UndoItem& item) {
  json::Object object{{"kind", info(item.kind).step}};
  object.add("sourceId", item.origin ? json::Value(item.origin->text()) : json::Value());
  object.add("targetId", item.id.text());
  object.add("name", item.name);
  object.add("action", undo_action_name(item.action));
  if (item.action == UndoAction::conflict) object.add("reason", "detached");
  if (item.edited) object.add("edited", true);
  return object;
}

json::Value counts_json(const std::array<std::int64_t, 4>& counts) {
  return json::Object{
      {"restored", counts[0]}, {"deleted", counts[1]}, {"recreated", counts[2]}, {"conflicts", counts[3]}};
}

Report make_rollback_report(const store::RunRow& run, const Undo& undo, TimeMs started_at, TimeMs finished_at) {
  std::array<std::array<std::int64_t, 4>, kKinds.size()> by_step{};
  std::array<std::int64_t, 4> counts{};
  std::array<json::Array, kKinds.size()> items_by_kind;
  for (const UndoItem& item : undo.items) {
    ++counts[static_cast<std::size_t>(item.action)];
    ++by_step[static_cast<std::size_t>(item.kind)][static_cast<std::size_t>(item.action)];
    items_by_kind[static_cast<std::size_t>(item.kind)].push_back(item_json(item));
  }
  json::Array items;
  for (json::Array& each : items_by_kind) {
    std::move(each.begin(), each.end(), std::back_inserter(items));
  }
  json::Object steps;
  json::Array names;
  for (const KindInfo& kind : kKinds) {
    if (("," + run.steps + ",").find("," + std::string(kind.step) + ",") == std::string::npos) continue;
    names.emplace_back(kind.step);
    steps.add(std::string(kind.step), counts_json(by_step[static_cast<std::size_t>(kind.kind)]));
  }
  Report report{.run_id = make_uuid7(started_at),
                .started_at = started_at,
                .finished_at = finished_at,
                .summary = json::write(counts_json(counts)),
                .text = {}};
  report.text = json::write(json::Object{{"runId", report.run_id.text()},
                                         {"kind", "rollback"},
                                         {"rollsBack", run.id.text()},
                                         {"source", run.source},
                                         {"target", run.target},
                                         {"steps", std::move(names)},
                                         {"status", "succeeded"},
                                         {"startedAt", format_time(started_at)},
                                         {"finishedAt", format_time(finished_at)},
                                         {"summary", json::Raw{report.summary}},
                                         {"byStep", std::move(steps)},
                                         {"items", std::move(items)},
                                         {"danglingReferences", json::Array{}},
                                         {"missingVariables", json::Array{}},
                                         {"warnings", json::Array{}}});
  return report;
}

}  // namespace

Result<Report> roll_back(const Services& services, const RollbackRequest& request) {
  const TimeMs started_at = services.clock();
  const Pair known = TRY(find_pair(services, request));
  const auto transaction = TRY(services.database.begin_write(db::writing(known.target, {known.source})));
  db::Connection& connection = transaction->connection();
  const store::RunRow run = TRY(find_run(connection, request));
  const access::Authorised authorised =
      TRY(access::authorise_rollback(connection, request.principal, run.source, run.target));
  const Pair pair{.source = authorised.source, .target = authorised.target};
  TRY(access::check_freeze(authorised.policy, started_at));

  Ledger ledger = TRY(need_ledger(connection, run, started_at));
  const std::int64_t revision = ledger.target_revision;
  Undo undo = TRY(plan_undo(connection, pair, std::move(ledger), request.resources));
  TRY(refuse_nothing(undo));
  if (!request.overwrite_edits) TRY(refuse_edits(connection, undo));
  TRY(refuse_in_use(connection, pair, undo, run.started_at, revision));

  const Report report = make_rollback_report(run, undo, started_at, services.clock());
  const Ledger own = TRY(apply_undo(connection, pair, std::move(undo)));
  TRY(record_rollback(connection, request.principal, run, report));
  TRY(record_ledger(connection, services, pair, report.run_id, own, started_at));
  TRY(transaction->commit());
  return report;
}

}  // namespace syncline::promotion
