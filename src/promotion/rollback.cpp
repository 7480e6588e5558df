#include "promotion/rollback.h"

#include <algorithm>
#include <array>
#include <future>
#include <utility>

#include "access/authorise.h"
#include "base/json.h"
#include "db/retry.h"
#include "promotion/ahead.h"
#include "promotion/items.h"
#include "promotion/plans.h"
#include "promotion/runs.h"
#include "promotion/stale.h"
#include "promotion/undo.h"
#include "promotion/undo_dangling.h"

namespace syncline::promotion {
namespace {

Result<store::RunRow> find_run(db::Connection& connection, const RollbackRequest& request) {
  std::optional<store::RunRow> found = TRY(store::find_run(connection, request.run));
  const std::string& tenant = request.principal.tenant;
  if (!found || (found->source != tenant && found->target != tenant)) {
    return fail(ErrorKind::not_found, "not_found", "There is no such run.");
  }
  return std::move(*found);
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
  if (undo.exact && (!undo.marks.empty() || !undo.held.empty() || undo.watermarks_now != undo.watermarks_after))
    return done();
  return fail(ErrorKind::conflict, "nothing_to_roll_back", "Everything is as it was before the run.");
}

// As text, for a run may have very many.
void append_item(std::string& out, const UndoItem& item) {
  out.append(out.empty() ? "{\"kind\":\"" : ",{\"kind\":\"").append(info(item.kind).step).append("\",\"sourceId\":");
  if (item.origin)
    append_id(out, *item.origin);
  else
    out += "null";
  out += ",\"targetId\":";
  append_id(out, item.id);
  out += ",\"name\":";
  json::append_string(out, item.name);
  out.append(",\"action\":\"").append(undo_action_name(item.action)).append("\"");
  if (!item.reason.empty()) out.append(",\"reason\":\"").append(item.reason).append("\"");
  if (item.edited) out += ",\"edited\":true";
  out += '}';
}

json::Value counts_json(const std::array<std::int64_t, 4>& counts) {
  return json::Object{
      {"restored", counts[0]}, {"deleted", counts[1]}, {"recreated", counts[2]}, {"conflicts", counts[3]}};
}

// What an undoing comes to, for plans and reports.
struct Told {
  json::Array steps;
  std::string summary;
  json::Object by_step;
  json::Raw items;  // an array
};

Told tell(const store::RunRow& run, const Undo& undo) {
  std::array<std::array<std::int64_t, 4>, kKinds.size()> by_step{};
  std::array<std::int64_t, 4> counts{};
  std::array<std::string, kKinds.size()> items;
  for (const UndoItem& item : undo.items) {
    ++counts[static_cast<std::size_t>(item.action)];
    ++by_step[static_cast<std::size_t>(item.kind)][static_cast<std::size_t>(item.action)];
    append_item(items[static_cast<std::size_t>(item.kind)], item);
  }
  Told told{.steps = {}, .summary = json::write(counts_json(counts)), .by_step = {}, .items = {}};
  for (const KindInfo& kind : kKinds) {
    if (("," + run.steps + ",").find("," + std::string(kind.step) + ",") == std::string::npos) continue;
    told.steps.emplace_back(kind.step);
    told.by_step.add(std::string(kind.step), counts_json(by_step[static_cast<std::size_t>(kind.kind)]));
  }
  for (const std::string& each : items) {
    if (!each.empty()) told.items.text.append(told.items.text.empty() ? "[" : ",").append(each);
  }
  told.items.text += told.items.text.empty() ? "[]" : "]";
  return told;
}

Report make_rollback_report(const store::RunRow& run, const RollbackRequest& request, const Undo& undo,
                            json::Array dangling, TimeMs started_at, TimeMs finished_at) {
  Told told = tell(run, undo);
  Report report{.run_id = make_uuid7(started_at),
                .started_at = started_at,
                .finished_at = finished_at,
                .summary = std::move(told.summary),
                .text = {}};
  std::optional<std::string> plan;
  if (request.plan_id) plan = request.plan_id->text();
  report.text = json::write(json::Object{{"runId", report.run_id.text()},
                                         {"kind", "rollback"},
                                         {"rollsBack", run.id.text()},
                                         {"planId", plan},
                                         {"source", run.source},
                                         {"target", run.target},
                                         {"steps", std::move(told.steps)},
                                         {"status", "succeeded"},
                                         {"startedAt", format_time(started_at)},
                                         {"finishedAt", format_time(finished_at)},
                                         {"summary", json::Raw{report.summary}},
                                         {"byStep", std::move(told.by_step)},
                                         {"items", std::move(told.items)},
                                         {"danglingReferences", std::move(dangling)},
                                         {"missingVariables", json::Array{}},
                                         {"warnings", json::Array{}}});
  return report;
}

constexpr std::string_view kEdited =
    "Some of it has been changed since the run. Say overwriteEdits to lose these changes.";
constexpr std::string_view kInUse = "Resources that are not undone with it refer to what it would delete.";

Done refuse(json::Array found, std::string_view code, std::string_view message, std::string_view name) {
  if (found.empty()) return done();
  return Fail{{.kind = ErrorKind::conflict,
               .code = std::string(code),
               .message = std::string(message),
               .extension_json = "\"" + std::string(name) + "\":" + json::write(json::Value(std::move(found)))}};
}

std::string options_of(const RollbackRequest& request) {
  json::Object options{{"run", request.run.text()}};
  if (request.resources) options.add("resources", write_names(*request.resources));
  if (request.overwrite_edits) options.add("overwriteEdits", true);
  return json::write(json::Value(std::move(options)));
}

// What the plan was made with.
Result<RollbackRequest> request_of(const RollbackRequest& asked, const std::optional<store::PlanRow>& plan) {
  RollbackRequest request = asked;
  if (!plan) return request;
  const json::Value options = TRY(json::parse(plan->request, {.depth = 64, .nodes = 10'000'000}));
  bool understood = options.text_at("run") == asked.run.text();
  request.resources.reset();
  if (const json::Value* names = options.at("resources")) {
    request.resources.emplace();
    understood = understood && read_names(*names, *request.resources);
  }
  if (options.at("overwriteEdits") != nullptr) request.overwrite_edits = true;
  if (!understood) return fail(ErrorKind::not_found, "not_found", "There is no such plan of this run.");
  return request;
}

// Over all that is undone and what it is undone from.
Digest digest_of(const store::RunRow& run, const Undo& undo) {
  std::string meaning(run.id.view());
  for (const UndoItem& item : undo.items) {
    meaning += item.id.view();
    meaning += undo_action_name(item.action);
    for (const store::PackedRow& row : item.now) meaning += row.packed;
  }
  return sha256(meaning);
}

std::string hex(const Digest& digest) { return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

// What is undone of each, and from which state: for the day on which the plan is stale. What is not there has none.
std::vector<StoredState> states_of(const Undo& undo) {
  std::vector<StoredState> states;
  for (const UndoItem& item : undo.items) {
    Digest digest{};
    std::string meaning(undo_action_name(item.action));
    for (const store::PackedRow& row : item.now) meaning += row.packed;
    if (!item.now.empty()) digest = sha256(meaning);
    states.push_back({.id = item.id,
                      .source_id = item.origin.value_or(item.id),
                      .kind = item.kind,
                      .name = item.name,
                      .source = hex(Digest{}),
                      .target = hex(digest)});
  }
  return states;
}

// What becomes of a copy, in the words of syncs.
std::string_view drawn_as(UndoAction action) {
  constexpr std::string_view kNames[] = {"updated", "pruned", "created", "conflict"};
  return kNames[static_cast<int>(action)];
}

// Each that is undone; a rollback follows no references.
std::string graph_of(const Undo& undo) {
  json::Array nodes;
  for (const UndoItem& item : undo.items) {
    nodes.push_back(json::Object{{"kind", info(item.kind).step},
                                 {"id", item.id.text()},
                                 {"name", item.name},
                                 {"action", drawn_as(item.action)}});
  }
  return json::write(json::Object{{"nodes", std::move(nodes)}, {"edges", json::Array{}}});
}

struct Found {
  store::RunRow run;
  Pair pair = {};
  access::SyncPolicy policy = {};
  std::optional<store::PlanRow> plan = {};
  RollbackRequest request = {};
  Undo undo = {};
  json::Array edits = {};
  json::Array users = {};
  json::Array dangling = {};
};

// What there is to undo, and what speaks against it.
Result<Found> look(db::Connection& connection, const RollbackRequest& asked, TimeMs now) {
  Found found{.run = TRY(find_run(connection, asked))};
  const access::Authorised authorised =
      TRY(access::authorise_rollback(connection, asked.principal, found.run.source, found.run.target));
  found.policy = authorised.policy;
  found.pair = {.source = authorised.source, .target = authorised.target};
  if (asked.plan_id) found.plan = TRY(take_plan(connection, found.pair, "rollback", *asked.plan_id, now));
  found.request = TRY(request_of(asked, found.plan));
  Ledger ledger = TRY(need_ledger(connection, found.run, now));
  const std::int64_t revision = ledger.target_revision;
  found.undo = TRY(plan_undo(connection, found.pair, std::move(ledger), found.request.resources));
  TRY(refuse_nothing(found.undo));
  if (found.plan && digest_of(found.run, found.undo) != found.plan->digest) {
    const StoredPlan plan = TRY(read_stored_plan(connection, *found.plan));
    TRY(refuse_moved(connection, plan, states_of(found.undo)));
  }
  found.edits = TRY(find_edits(connection, found.undo));
  found.users = TRY(find_users(connection, found.pair, found.undo, found.run.started_at, revision));
  found.dangling = TRY(find_dangling(connection, found.pair, found.undo));
  return found;
}

std::string document_of(Found found, Told told) {
  json::Array blocked;
  const auto block = [&](std::string_view code, std::string_view detail) {
    blocked.emplace_back(json::Object{{"code", code}, {"detail", detail}});
  };
  if (!found.edits.empty() && !found.request.overwrite_edits) block("edited_since", kEdited);
  if (!found.users.empty()) block("in_use", kInUse);
  const bool ok = blocked.empty() && found.dangling.empty();
  json::Object document{{"rollsBack", found.run.id.text()}};
  document.add("byStep", std::move(told.by_step));
  document.add("items", std::move(told.items));
  document.add("edits", std::move(found.edits));
  document.add("dependents", std::move(found.users));
  document.add("orphans", json::Array{});
  document.add("preflight", json::Object{{"ok", ok},
                                         {"missingVariables", json::Array{}},
                                         {"danglingReferences", std::move(found.dangling)},
                                         {"blocked", std::move(blocked)}});
  document.add("warnings", json::Array{});
  std::string text = json::write(json::Value(std::move(document)));
  text.front() = ',';
  text.pop_back();
  return text;
}

Result<Report> roll_back_pair(const Services& services, const RollbackRequest& asked, const Pair& known,
                              TimeMs started_at) {
  const auto transaction = TRY(services.database.begin_write(db::writing(known.target, {known.source})));
  db::Connection& connection = transaction->connection();
  TRY(fetch_ahead(connection, asked, known, started_at));
  Found found = TRY(look(connection, asked, started_at));
  TRY(access::check_freeze(found.policy, started_at));
  if (!found.request.overwrite_edits) TRY(refuse(std::move(found.edits), "edited_since", kEdited, "edits"));
  TRY(refuse(std::move(found.users), "in_use", kInUse, "dependents"));

  const Report report = make_rollback_report(found.run, found.request, found.undo, std::move(found.dangling),
                                             started_at, services.clock());
  const Ledger own = TRY(begin_undo(connection, found.pair, found.undo));
  std::future<store::LedgerRow> packed = pack_ledger(own);
  TRY(apply_undo(connection, found.pair, found.undo, own));
  TRY(record_rollback(connection, asked, found.run, report));
  if (found.plan) TRY(mark_used(connection, *found.plan, report.run_id));
  TRY(record_ledger(connection, services, found.pair, report.run_id, std::move(packed), started_at));
  TRY(transaction->commit());
  return report;
}

}  // namespace

Result<std::string> plan_rollback(const Services& services, const RollbackRequest& request) {
  const TimeMs now = services.clock();
  const Pair known = TRY(find_pair(services, request));
  NewPlan plan{.row = {}, .document = {}, .states = {}};
  access::SyncPolicy policy;
  {
    const auto transaction = TRY(services.database.begin_read(db::reading({known.source, known.target})));
    db::Connection& connection = transaction->connection();
    TRY(fetch_ahead(connection, request, known, now));
    Found found = TRY(look(connection, request, now));
    Told told = tell(found.run, found.undo);
    policy = found.policy;
    const store::Revisions source = TRY(store::read_revisions(connection, found.pair.source));
    const store::Revisions target = TRY(store::read_revisions(connection, found.pair.target));
    plan.row = {.id = make_uuid7(now),
                .source = found.pair.source,
                .target = found.pair.target,
                .kind = "rollback",
                .steps = found.run.steps,
                .request = options_of(request),
                .digest = digest_of(found.run, found.undo),
                .source_revision = source.revision,
                .target_revision = target.revision,
                .summary = told.summary,
                .created_by = request.principal.person,
                .created_at = now,
                .expires_at = now + kPlanLifetime};
    plan.states = write_states(states_of(found.undo), {}, graph_of(found.undo));
    plan.document = document_of(std::move(found), std::move(told));
  }
  const auto transaction = TRY(services.database.begin_write(db::writing_beside(plan.row.source)));
  TRY(store_plan(transaction->connection(), plan));
  std::string text = TRY(plan_json(transaction->connection(), plan.row, &policy, plan.document, now));
  TRY(transaction->commit());
  return text;
}

Result<Report> roll_back(const Services& services, const RollbackRequest& asked) {
  const TimeMs started_at = services.clock();
  const Pair pair = TRY(find_pair(services, asked));
  auto report = db::with_retries([&] { return roll_back_pair(services, asked, pair, started_at); });
  if (!report.ok()) remember_failure(services, asked, pair, report.error(), started_at);
  return report;
}

}  // namespace syncline::promotion
