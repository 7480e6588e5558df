#include "promotion/runs.h"

#include <algorithm>
#include <utility>

#include "access/authorise.h"
#include "audit/record.h"
#include "db/replicated_database.h"
#include "planning/target_ids.h"
#include "promotion/compressed.h"
#include "promotion/plans.h"
#include "store/people.h"
#include "store/promotion.h"

namespace syncline::promotion {
namespace {

Fail no_such(std::string_view what) {
  return fail(ErrorKind::not_found, "not_found", "There is no such " + std::string(what) + ".");
}

Result<bool> is_member(db::Connection& connection, std::string_view tenant, const Principal& principal) {
  if (principal.tenant == tenant) return true;
  return store::has_account(connection, tenant, principal.person);
}

// Whether an error says how a run went, and not that none should have been asked for.
bool is_of_the_run(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
    case ErrorKind::unavailable:
    case ErrorKind::full: return true;
    default: return false;
  }
}

// Not in the target's turn: the run may have failed for waiting too long for it.
db::Scope beside_run(const std::string& source, const std::string& target) {
  return {.writes = {target}, .reads = {source}, .turn = db::Scope::Turn::none};
}

json::Value id_or_null(const std::optional<Uuid>& id) { return id ? json::Value(id->text()) : json::Value(); }
json::Value raw_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(json::Raw{*text}) : json::Value();
}

}  // namespace

std::string problem_json(const Error& error) {
  std::string text = json::write(json::Object{{"code", error.code}, {"detail", error.message}});
  if (!error.extension_json.empty()) text.insert(text.size() - 1, "," + error.extension_json);
  return text;
}

Done record_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Report& report) {
  const std::string steps = step_names(request.steps);
  if (request.run_id) {
    const bool ended = TRY(store::end_run(connection, {.target = pair.target,
                                                       .id = report.run_id,
                                                       .status = "succeeded",
                                                       .steps = steps,
                                                       .finished_at = report.finished_at,
                                                       .summary = report.summary,
                                                       .report = compress(report.text)}));
    if (!ended) {
      return fail(ErrorKind::conflict, "run_finished", "This run has been ended meanwhile. Nothing of it was applied.");
    }
  } else {
    TRY(store::insert_run(connection,
                          {.id = report.run_id,
                           .source = pair.source,
                           .target = pair.target,
                           .steps = steps,
                           .status = "succeeded",
                           .plan = request.plan_id,
                           .release = request.release_id,
                           .started_by = request.principal.person,
                           .started_at = report.started_at,
                           .finished_at = report.finished_at,
                           .summary = report.summary},
                          compress(report.text)));
  }
  return audit::record(
      connection, request.principal, report.finished_at,
      {.tenant = pair.target,
       .action = "sync.run",
       .subject = {"run", report.run_id.text()},
       .details = {{"source", pair.source}, {"steps", steps}, {"summary", json::Raw{report.summary}}}});
}

void remember_failure(const Services& services, const PromotionRequest& request, const Error& error,
                      TimeMs started_at) {
  if (!is_of_the_run(error.kind)) return;
  const auto remembered = [&]() -> Done {
    const auto transaction = TRY(services.database.begin_write(beside_run(request.principal.tenant, request.target)));
    db::Connection& connection = transaction->connection();
    const access::Authorised pair = TRY(access::authorise_promotion(connection, request.principal, request.target));
    const std::optional<Uuid> release = TRY(release_of(connection, request));
    TRY(store::insert_run(connection,
                          {.id = make_uuid7(started_at),
                           .source = pair.source,
                           .target = pair.target,
                           .steps = step_names(request.steps),
                           .status = "failed",
                           .plan = request.plan_id,
                           .release = release,
                           .started_by = request.principal.person,
                           .started_at = started_at,
                           .finished_at = services.clock(),
                           .problem = problem_json(error)},
                          std::nullopt));
    return transaction->commit();
  };
  (void)remembered().ok();  // The caller has the error itself; the history is for later.
}

void remember_failure(const Services& services, const RollbackRequest& request, const Pair& pair, const Error& error,
                      TimeMs started_at) {
  if (!is_of_the_run(error.kind)) return;
  const auto remembered = [&]() -> Done {
    const auto transaction = TRY(services.database.begin_write(beside_run(pair.source, pair.target)));
    db::Connection& connection = transaction->connection();
    TRY(access::authorise_rollback(connection, request.principal, pair.source, pair.target));
    const std::optional<store::RunRow> undone = TRY(store::find_run(connection, request.run));
    if (!undone) return done();
    TRY(store::insert_run(connection,
                          {.id = make_uuid7(started_at),
                           .source = pair.source,
                           .target = pair.target,
                           .kind = "rollback",
                           .steps = undone->steps,
                           .status = "failed",
                           .plan = request.plan_id,
                           .rolls_back = request.run,
                           .started_by = request.principal.person,
                           .started_at = started_at,
                           .finished_at = services.clock(),
                           .problem = problem_json(error)},
                          std::nullopt));
    return transaction->commit();
  };
  (void)remembered().ok();
}

Done record_rollback(db::Connection& connection, const RollbackRequest& request, const store::RunRow& run,
                     const Report& report) {
  TRY(store::insert_run(connection,
                        {.id = report.run_id,
                         .source = run.source,
                         .target = run.target,
                         .kind = "rollback",
                         .steps = run.steps,
                         .status = "succeeded",
                         .plan = request.plan_id,
                         .rolls_back = run.id,
                         .started_by = request.principal.person,
                         .started_at = report.started_at,
                         .finished_at = report.finished_at,
                         .summary = report.summary},
                        compress(report.text)));
  TRY(store::mark_rolled_back(connection, run, report.run_id));
  return audit::record(
      connection, request.principal, report.finished_at,
      {.tenant = run.target,
       .action = "run.rollback",
       .subject = {"run", report.run_id.text()},
       .details =
           json::Object{{"source", run.source}, {"rollsBack", run.id.text()}, {"summary", json::Raw{report.summary}}}});
}

Result<std::vector<store::RunRow>> list_runs(const Services& services, const Principal& principal,
                                             const store::RunFilter& filter, const std::optional<Uuid>& before,
                                             std::int64_t limit) {
  const auto transaction = TRY(db::begin_stale_read(services.database, db::reading(principal.tenant)));
  Uuid newest;
  newest.bytes.fill(0xff);
  return store::list_runs(transaction->connection(), principal.tenant, filter, before.value_or(newest), limit);
}

Result<Run> get_run(const Services& services, const Principal& principal, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  auto found = TRY(store::find_run(transaction->connection(), id));
  if (!found) return no_such("run");
  const bool of_source = TRY(is_member(transaction->connection(), found->source, principal));
  const bool of_target = TRY(is_member(transaction->connection(), found->target, principal));
  if (!of_source && !of_target) return no_such("run");
  Run run{.row = std::move(*found)};
  const auto report = TRY(store::find_report(transaction->connection(), run.row.target, run.row.id));
  if (report) run.report = TRY(decompress(*report));
  return run;
}

Done check_may_stop(const Services& services, const Principal& principal, const store::RunRow& run) {
  const auto transaction = TRY(services.database.begin_read(db::reading({run.source, run.target})));
  for (const std::string& tenant : {run.source, run.target}) {
    const auto account = TRY(store::find_account(transaction->connection(), tenant, principal.person));
    if (account && account->role >= Role::admin) return done();
  }
  return fail(ErrorKind::forbidden, "role_required",
              "This needs the role ADMIN in " + run.source + " or in " + run.target + ".");
}

json::Value run_item(const store::RunRow& run) {
  json::Array steps;
  std::string_view names = run.steps;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    steps.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  json::Object item{{"runId", run.id.text()},
                    {"kind", run.kind},
                    {"source", run.source},
                    {"target", run.target},
                    {"steps", std::move(steps)},
                    {"status", run.status},
                    {"startedBy", json::Object{{"id", run.started_by.text()}, {"email", run.started_by_email}}},
                    {"startedAt", format_time(run.started_at)}};
  item.add("finishedAt", run.finished_at ? json::Value(format_time(*run.finished_at)) : json::Value());
  item.add("durationMs", run.finished_at ? json::Value(*run.finished_at - run.started_at) : json::Value());
  item.add("planId", id_or_null(run.plan));
  item.add("releaseId", id_or_null(run.release));
  item.add("rollsBack", id_or_null(run.rolls_back));
  item.add("rolledBackBy", id_or_null(run.rolled_back_by));
  item.add("summary", raw_or_null(run.summary));
  if (run.problem) item.add("problem", json::Raw{*run.problem});
  return item;
}

Result<Uuid> find_copy_id(const Services& services, const Principal& principal, std::string_view source,
                          std::string_view target, const Uuid& original) {
  planning::TargetIds ids(source, target);
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  db::Connection& connection = transaction->connection();
  if (TRY(is_member(connection, target, principal))) {
    TRY(store::each_adopted_row(connection, target, [&](const store::TargetRow& row) {
      ids.note({.id = row.id,
                .synced_from = row.synced_from,
                .origin = row.origin,
                .detached_from = row.detached_from,
                .adopted = row.adopted});
    }));
  }
  return ids.of(original);
}

Result<Origin> find_origin(const Services& services, const Principal& principal, std::string_view target,
                           const Uuid& copy) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  if (!TRY(is_member(transaction->connection(), target, principal))) return no_such("copy");
  std::optional<Origin> origin;
  TRY(store::find_target_row(transaction->connection(), target, copy, [&](const store::TargetRow& row) {
    if (!row.synced_from.empty()) origin = Origin{std::string(row.synced_from), row.origin};
  }));
  if (!origin) return no_such("copy");
  return std::move(*origin);
}

}  // namespace syncline::promotion
