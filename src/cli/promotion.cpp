#include "cli/promotion.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/uuid.h"
#include "cli/plan_views.h"
#include "cli/print.h"
#include "cli/views.h"

namespace syncline::cli {
namespace {

const std::string kSync = "/api/tenant/sync/";

constexpr int kMostSilentStreams = 10;
constexpr std::chrono::seconds kPauseBetweenStreams{1};

Result<json::Array> resource_words(const std::vector<std::string>& words) {
  json::Array resources;
  for (const std::string& word : words) {
    const ResourceWord resource = TRY(resource_word(word));
    resources.emplace_back(json::Object{{"kind", resource.kind}, {"id", resource.id}});
  }
  return resources;
}

// Releases are named by people; the API takes ids.
Result<std::string> release_id(Session& session, const std::string& release) {
  if (parse_uuid(release)) return release;
  const json::Array releases = TRY(session.client.list(kSync + "releases"));
  for (const json::Value& each : releases) {
    if (each.text_at("name") == release) return each.text_at("releaseId");
  }
  return fail(ErrorKind::not_found, "not_found", "There is no release called " + release + ".");
}

Result<json::Object> request_of(Session& session, const SyncWords& words) {
  json::Object wanted;
  if (!words.steps.empty()) wanted.add("steps", json::Array(words.steps.begin(), words.steps.end()));
  if (!words.only.empty()) wanted.add("resources", TRY(resource_words(words.only)));
  if (!words.exclude.empty()) wanted.add("exclude", TRY(resource_words(words.exclude)));
  if (!words.on_drift.empty()) wanted.add("onDrift", words.on_drift);
  if (words.prune) wanted.add("prune", true);
  if (words.prune_limit) wanted.add("pruneLimit", *words.prune_limit);
  if (words.keep_credentials) wanted.add("credentials", "keep");
  if (!words.release.empty()) wanted.add("releaseId", TRY(release_id(session, words.release)));
  return wanted;
}

Result<json::Value> make_plan(Session& session, const SyncWords& words) {
  const json::Object wanted = TRY(request_of(session, words));
  const std::string query = words.include_unchanged ? "?include=unchanged" : "";
  return session.client.send("POST", kSync + encode(words.target) + "/plan" + query, wanted);
}

Done print_plan(Session& session, const json::Value& plan) {
  if (session.output == Output::markdown) return print_drawn(session, plan, plan_markdown(plan));
  return print(session, plan, plan_view(plan));
}

Done write_pointer(const std::string& file, const json::Value& plan) {
  if (file.empty()) return done();
  std::ofstream out(file, std::ios::trunc);
  out << json::write(json::Object{{"planId", plan.text_at("planId")},
                                  {"digest", plan.text_at("digest")},
                                  {"target", plan.text_at("target")}})
      << "\n";
  if (out.flush()) return done();
  return fail(ErrorKind::invalid, "file", "The file " + file + " cannot be written.");
}

// A file points at a plan; the plan itself stays on the server.
Result<std::string> plan_id(const std::string& plan) {
  if (parse_uuid(plan)) return plan;
  const std::string text = TRY(read_text(plan));
  const json::Value pointer = TRY(json::parse(text));
  if (parse_uuid(pointer.text_at("planId"))) return pointer.text_at("planId");
  return fail(ErrorKind::invalid, "file", "The file " + plan + " names no plan.");
}

std::string undo_hint(const json::Value& report) {
  if (!has_changes(report)) return "";
  return "Undo:  syncline run rollback " + report.text_at("runId") + "\n";
}

Done print_report(Session& session, const json::Value& report) {
  return print(session, report, report_view(report) + undo_hint(report));
}

Done start_run(Session& session, const std::string& path, const json::Object& wanted, bool wait) {
  if (wait) return print_report(session, TRY(session.client.send("POST", path, wanted)));
  const json::Value run = TRY(session.client.send("POST", path, wanted, {"Prefer: respond-async"}));
  const std::string id = run.text_at("runId");
  return say(session, run, "run " + id + " is " + run.text_at("status") + "; syncline run watch " + id);
}

std::string progress_line(const json::Value& progress) {
  std::string line;
  for (const json::Value& step : elements(progress, "steps")) {
    line += step.text_at("step") + " " + cell(step.at("done")) + "/" + cell(step.at("total")) + "  ";
  }
  return line.empty() ? progress.text_at("step") + " " + cell(progress.at("done")) + "/" + cell(progress.at("total"))
                      : line;
}

// Shows the progress that a stream of events tells of.
class EventReader {
 public:
  void take(std::string_view line) {
    if (line.starts_with("id: ")) last_id_ = line.substr(4);
    if (line.starts_with("event: ")) event_ = line.substr(7);
    if (!line.starts_with("data: ") || event_ != "progress") return;
    const auto progress = json::parse(line.substr(6));
    if (progress.ok()) std::cerr << inert(progress_line(progress.value())) << "\n";
  }
  const std::string& last_id() const { return last_id_; }

 private:
  std::string last_id_ = "0";
  std::string event_;
};

Done ask_copy(Session& session, const std::string& resource, const std::string& verb, const json::Value& body) {
  const ResourceWord word = TRY(resource_word(resource));
  const json::Value answer = TRY(session.client.send("POST", word.path() + "/" + verb, body));
  return say(session, answer, resource + ": " + answer.text_at("name"));
}

}  // namespace

Done sync_steps(Session& session) {
  const json::Value answer = TRY(session.client.get(kSync + "steps"));
  return print(session, answer, table_of(*answer.at("details")->array(), {"step", "label", "description"}));
}

Done sync_plan(Session& session, const SyncWords& words) {
  const json::Value plan = TRY(make_plan(session, words));
  TRY(write_pointer(words.file, plan));
  TRY(print_plan(session, plan));
  if (!words.detailed_exit_code) return done();
  if (is_blocked(plan)) return fail(ErrorKind::conflict, "blocked", "");
  if (has_changes(plan)) return fail(ErrorKind::conflict, "changes_present", "");
  return done();
}

Done sync_apply(Session& session, const ApplyWords& words) {
  const std::string id = TRY(plan_id(words.plan));
  const json::Value found = TRY(session.client.get(kSync + "plans/" + encode(id)));
  const std::string target = found.text_at("target");
  const bool is_rollback = found.text_at("kind") == "rollback";
  if (is_rollback && !words.wait) {
    return fail(ErrorKind::invalid, "usage", "A rollback is always waited for: leave out --no-wait.");
  }
  if (!words.yes) std::cerr << inert(plan_view(found));
  TRY(confirm("Apply this to " + target + "?", words.yes));
  const json::Object wanted{{"planId", id}};
  if (is_rollback) {
    const std::string path = kSync + "runs/" + encode(found.text_at("rollsBack")) + "/rollback";
    return print_report(session, TRY(session.client.send("POST", path, wanted)));
  }
  return start_run(session, kSync + encode(target), wanted, words.wait);
}

Done sync_run(Session& session, const SyncWords& words) {
  if (words.dry_run) return sync_plan(session, words);
  const json::Object wanted = TRY(request_of(session, words));
  const std::string query = words.include_unchanged ? "?include=unchanged" : "";
  const std::string path = kSync + encode(words.target) + query;
  return start_run(session, path, wanted, words.wait);
}

Done sync_explain(Session& session, const SyncWords& words, const std::string& resource) {
  const ResourceWord wanted = TRY(resource_word(resource));
  SyncWords all = words;
  all.include_unchanged = true;
  const json::Value plan = TRY(make_plan(session, all));
  for (const json::Value& item : elements(plan, "items")) {
    const bool is_it = item.text_at("kind") == wanted.kind &&
                       (item.text_at("sourceId") == wanted.id || item.text_at("targetId") == wanted.id);
    if (is_it) return print(session, item, item_view(item));
  }
  return fail(ErrorKind::not_found, "not_taken", resource + " is not taken: nothing flagged leads to it.");
}

Done sync_graph(Session& session, const SyncWords& words) {
  const json::Value plan = TRY(make_plan(session, words));
  const json::Value graph = TRY(session.client.get(kSync + "plans/" + plan.text_at("planId") + "/graph"));
  return print_drawn(session, graph, session.output == Output::markdown ? graph_mermaid(graph) : graph_dot(graph));
}

Done sync_matrix(Session& session) {
  const json::Value matrix = TRY(session.client.get(kSync + "matrix"));
  return print(session, matrix,
               table_of(elements(matrix, "pairs"), {"source", "target", "releaseName", "sourceRevision", "behind",
                                                    "ahead", "drifted", "orphans", "lastRunAt"}));
}

Done plan_list(Session& session) {
  return print_list(session, kSync + "plans",
                    {"planId", "kind", "source", "target", "status", "createdAt", "expiresAt"});
}

Done plan_show(Session& session, const std::string& id) {
  return print_plan(session, TRY(session.client.get(kSync + "plans/" + encode(id))));
}

Done run_list(Session& session, const RunFilter& filter) {
  std::string query;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    query.append(query.empty() ? "?" : "&").append(name).append("=").append(encode(value));
  };
  add("source", filter.source);
  add("target", filter.target);
  add("status", filter.status);
  add("kind", filter.kind);
  add("startedBy", filter.started_by);
  add("since", filter.since);
  add("until", filter.until);
  return print_list(session, kSync + "runs" + query,
                    {"runId", "kind", "source", "target", "status", "startedAt", "durationMs"});
}

Done run_show(Session& session, const std::string& id) {
  const json::Value report = TRY(session.client.get(kSync + "runs/" + encode(id)));
  return print(session, report, report_view(report));
}

Result<std::string> run_watch(Session& session, const std::string& id) {
  EventReader reader;
  const std::string path = kSync + "runs/" + encode(id);
  // A stream ends with its run, but also with its server.
  for (int silent = 0; silent < kMostSilentStreams; ++silent) {
    if (silent > 0) std::this_thread::sleep_for(kPauseBetweenStreams);
    const std::string before = reader.last_id();
    const auto take = [&](std::string_view line) { reader.take(line); };
    TRY(session.client.follow(path + "/events", take, {"Last-Event-ID: " + before}));
    const json::Value report = TRY(session.client.get(path));
    const std::string status = report.text_at("status");
    if (status != "queued" && status != "running") {
      TRY(print_report(session, report));
      const json::Value* problem = report.at("problem");
      return problem == nullptr || problem->is_null() ? "" : problem->text_at("code");
    }
    if (reader.last_id() != before) silent = 0;
  }
  return fail(ErrorKind::unavailable, "unreachable",
              "The server no longer tells of run " + id + ", which has not ended. Watch it again.");
}

Done run_cancel(Session& session, const std::string& id) {
  const json::Value run = TRY(session.client.call("POST", kSync + "runs/" + encode(id) + "/cancel"));
  return say(session, run, "asked to stop run " + id);
}

Done run_rollback(Session& session, const RollbackWords& words) {
  json::Object wanted;
  if (!words.only.empty()) wanted.add("resources", TRY(resource_words(words.only)));
  if (words.overwrite_edits) wanted.add("overwriteEdits", true);
  const std::string path = kSync + "runs/" + encode(words.run) + "/rollback";
  const json::Value plan = TRY(session.client.send("POST", path + "/plan", wanted));
  if (words.plan_only) return print_plan(session, plan);
  if (!words.yes) std::cerr << inert(plan_view(plan));
  TRY(confirm("Roll back " + words.run + " in " + plan.text_at("target") + "?", words.yes));
  json::Object apply{{"planId", plan.text_at("planId")}};
  if (words.overwrite_edits) apply.add("overwriteEdits", true);
  return print_report(session, TRY(session.client.send("POST", path, apply)));
}

Done drift_list(Session& session) {
  return print_list(session, "/api/tenant/drift", {"kind", "id", "name", "syncedFrom", "editedAt", "changes"});
}

Done drift_show(Session& session, const std::string& resource) {
  const ResourceWord word = TRY(resource_word(resource));
  const json::Value item = TRY(session.client.get("/api/tenant/drift/" + encode(word.kind) + "/" + encode(word.id)));
  return print(session, item, drift_view(item));
}

Done copy_detach(Session& session, const std::string& resource) {
  return ask_copy(session, resource, "detach", json::Object{});
}

Done copy_attach(Session& session, const std::string& resource) {
  return ask_copy(session, resource, "attach", json::Object{});
}

Done copy_adopt(Session& session, const std::string& resource, const std::string& source, const std::string& origin) {
  return ask_copy(session, resource, "adopt", json::Object{{"source", source}, {"originId", origin}});
}

Done override_show(Session& session, const std::string& resource) {
  const ResourceWord word = TRY(resource_word(resource));
  const json::Value answer = TRY(session.client.get(word.path() + "/override"));
  return print(session, answer, json::write(answer) + "\n");
}

Done override_set(Session& session, const std::string& resource) {
  const ResourceWord word = TRY(resource_word(resource));
  const std::string text = TRY(read_text("-"));
  const json::Value answer = TRY(session.client.call("PUT", word.path() + "/override", text));
  return say(session, answer, "overridden: " + resource);
}

Done override_remove(Session& session, const std::string& resource) {
  const ResourceWord word = TRY(resource_word(resource));
  const json::Value answer = TRY(session.client.call("DELETE", word.path() + "/override"));
  return say(session, answer, "as synced again: " + resource);
}

Done release_list(Session& session) {
  return print_list(session, kSync + "releases", {"releaseId", "name", "note", "createdAt", "digest"});
}

Done release_show(Session& session, const std::string& release) {
  const std::string id = TRY(release_id(session, release));
  const json::Value found = TRY(session.client.get(kSync + "releases/" + id));
  return print(session, found,
               found.text_at("name") + "   " + found.text_at("digest") + "\n\n" +
                   table_of(elements(found, "items"), {"kind", "id", "name", "published", "draft"}));
}

Done release_create(Session& session, const std::string& name, const std::string& note,
                    const std::vector<std::string>& only) {
  json::Object wanted{{"name", name}};
  if (!note.empty()) wanted.add("note", note);
  if (!only.empty()) wanted.add("resources", TRY(resource_words(only)));
  const json::Value release = TRY(session.client.send("POST", kSync + "releases", wanted));
  return say(session, release,
             "release " + release.text_at("name") + ": " + std::to_string(elements(release, "items").size()) +
                 " resources, digest " + release.text_at("digest"));
}

Done policy_show(Session& session) {
  const json::Value tenant = TRY(session.client.get("/api/tenant"));
  const json::Value* policy = tenant.at("syncPolicy");
  return print(session, *policy, json::write(*policy) + "\n");
}

Done policy_set(Session& session) {
  const std::string text = TRY(read_text("-"));
  const json::Value policy = TRY(json::parse(text));
  const json::Value tenant = TRY(session.client.send("PATCH", "/api/tenant", json::Object{{"syncPolicy", policy}}));
  return print(session, *tenant.at("syncPolicy"), json::write(*tenant.at("syncPolicy")) + "\n");
}

Done audit_tail(Session& session, const AuditFilter& filter) {
  std::string query = "?limit=50";
  if (!filter.action.empty()) query += "&action=" + encode(filter.action);
  if (!filter.actor.empty()) query += "&actor=" + encode(filter.actor);
  const json::Value answer = TRY(session.client.get("/api/tenant/audit" + query));
  std::vector<std::vector<std::string>> rows;
  for (const json::Value& row : elements(answer, "items")) {
    const json::Value* actor = row.at("actor");
    const json::Value* subject = row.at("subject");
    rows.push_back({cell(row.at("seq")), row.text_at("at"), actor == nullptr ? "-" : actor->text_at("email"),
                    row.text_at("action"), subject == nullptr ? "-" : subject->text_at("name")});
  }
  return print(session, answer, table({"SEQ", "AT", "WHO", "ACTION", "SUBJECT"}, rows));
}

Done audit_export(Session& session) {
  std::cout << TRY(session.client.get_text("/api/tenant/audit/export"));
  return done();
}

Done audit_verify(Session& session, const std::string& expected_head) {
  const std::string query = expected_head.empty() ? "" : "?expectHead=" + encode(expected_head);
  const json::Value found = TRY(session.client.get("/api/tenant/audit/verify" + query));
  const bool valid = cell(found.at("valid")) == "true";
  TRY(print(session, found,
            cell(found.at("rows")) + " rows, " + (valid ? "the chain holds" : "the chain is broken") + "; head " +
                cell(found.at("head")) + "\n"));
  if (valid) return done();
  return fail(ErrorKind::conflict, "audit_broken",
              "The first row that does not fit is " + cell(found.at("firstBad")) + ".");
}

Done approval_list(Session& session) {
  return print_list(session, "/api/tenant/approvals", {"planId", "source", "target", "createdAt", "expiresAt"});
}

Done approval_decide(Session& session, const std::string& plan, bool approve, const std::string& comment) {
  json::Object wanted;
  if (!comment.empty()) wanted.add("comment", comment);
  const json::Value decided =
      TRY(session.client.send("POST", kSync + "plans/" + encode(plan) + (approve ? "/approve" : "/deny"), wanted));
  return print_plan(session, decided);
}

}  // namespace syncline::cli
