#include "cli/cli.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/promotion.h"
#include "cli/views.h"

#ifndef SYNCLINE_VERSION
#define SYNCLINE_VERSION "0.1.0"
#endif

namespace syncline::cli {
namespace {

using Action = std::function<Done(Session&)>;

struct Global {
  std::string server = "http://127.0.0.1:8080";
  std::string token_file;
  std::string output = "table";
  std::string idempotency_key;
  long timeout_s = 300;
  bool quiet = false;
};

// Words of all commands: each parse fills those of one.
struct Words {
  std::string a;
  std::string b;
  std::string c;
  std::string environment = "development";
  std::string media_type = "application/octet-stream";
  std::string file;
  bool flag = false;
  bool yes = false;
  SyncWords sync;
  RunFilter runs;
  RollbackWords rollback;
  AuditFilter audit;
};

constexpr const char* kKinds[] = {"documents", "connections", "knowledgeBases", "tools",
                                  "workflows", "agents",      "evaluations"};

Output output_of(const std::string& name) {
  if (name == "json") return Output::json;
  return name == "markdown" ? Output::markdown : Output::table;
}

class CommandLine {
 public:
  explicit CommandLine(const ServerCommands& server) {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--server", global_.server, "The server's address")->envname("SYNCLINE_SERVER");
    app_.add_option("--token-file", global_.token_file, "A file with the token; else SYNCLINE_TOKEN is used")
        ->envname("SYNCLINE_TOKEN_FILE");
    app_.add_option("-o,--output", global_.output, "table, json or markdown")
        ->check(CLI::IsMember({"table", "json", "markdown", "dot"}));
    app_.add_option("--idempotency-key", global_.idempotency_key,
                    "Sent with a change, so that a retry has no effect twice");
    app_.add_option("--timeout", global_.timeout_s, "Seconds without a byte before giving up");
    app_.add_flag("--quiet", global_.quiet, "No progress");
    app_.footer(
        "Examples:\n"
        "  syncline serve --data data --listen 127.0.0.1:8080\n"
        "  syncline sync run acme-staging --token-file token\n"
        "  syncline agents list -o json\n"
        "Exit codes: 0 done, 1 error, 2 changes present (--detailed-exitcode), 3 blocked by preflight or policy,\n"
        "4 not signed in or not allowed, 5 stale plan or conflict, 6 run failed and nothing applied,\n"
        "7 approval pending, 64 usage.");
    add_server_commands(server);
    add_people();
    for (const char* kind : kKinds) add_kind(kind, kind);
    add_kind("document", "documents");
    add_kind("kb", "knowledgeBases");
    add_sync();
  }

  int run(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const bool asks_for_help = std::any_of(words.begin(), words.end(),
                                           [](const std::string& word) { return word == "--help" || word == "-h"; });
    const auto server = words.empty() ? server_.end() : server_.find(words.front());
    if (server != server_.end() && !asks_for_help) return server->second({words.begin() + 1, words.end()});
    if (verifies_offline(words) && !asks_for_help) return audit_verify_({words.begin() + 2, words.end()});
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int code = app_.exit(error);
      return code == 0 ? kExitDone : kExitUsage;
    }
    if (!action_) return kExitDone;
    auto result = act();
    if (result.ok()) return kExitDone;
    if (!result.error().message.empty()) std::cerr << inert(error_view(result.error()));
    return is_run_ ? exit_code_of_run(result.error()) : exit_code_of(result.error());
  }

 private:
  Done act() {
    Connection connection{.server = global_.server,
                          .token = "",
                          .timeout_s = global_.timeout_s,
                          .quiet = global_.quiet,
                          .idempotency_key = global_.idempotency_key};
    if (!global_.token_file.empty() && !is_login_) {
      std::ifstream file(global_.token_file);
      if (!std::getline(file, connection.token)) {
        return fail(ErrorKind::unauthenticated, "no_token", "The file " + global_.token_file + " holds no token.");
      }
    } else if (const char* token = std::getenv("SYNCLINE_TOKEN"); token != nullptr && !is_login_) {
      connection.token = token;
    }
    Session session{.client = Client(std::move(connection)), .output = output_of(global_.output)};
    return action_(session);
  }

  // `audit verify` with a place to look in needs no server.
  static bool verifies_offline(const std::vector<std::string>& words) {
    return words.size() > 2 && words[0] == "audit" && words[1] == "verify" &&
           std::any_of(words.begin() + 2, words.end(), [](const std::string& word) {
             return word == "--data" || word == "--database" || word.starts_with("--data=") ||
                    word.starts_with("--database=");
           });
  }

  static CLI::App* group(CLI::App& parent, const std::string& name, const std::string& description) {
    CLI::App* made = parent.add_subcommand(name, description);
    made->require_subcommand(1);
    made->fallthrough();
    return made;
  }

  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& description, Action action) {
    CLI::App* made = parent.add_subcommand(name, description);
    made->fallthrough();
    made->callback([this, action = std::move(action)] { action_ = action; });
    return made;
  }

  void add_server_command(const std::string& name, const std::string& description, const std::string& example,
                          const Command& command) {
    app_.add_subcommand(name, description)->footer("Example:\n  " + example);
    server_[name] = command;
  }

  void add_server_commands(const ServerCommands& server) {
    add_server_command("serve",
                       "Runs the server: --data DIR [--listen HOST:PORT] [--port-file FILE] "
                       "[--master-key-file FILE | --master-key-command COMMAND]",
                       "syncline serve --data data --listen 127.0.0.1:8080", server.serve);
    add_server_command("bootstrap", "Makes the first tenant and person: --data DIR --tenant ID --email E",
                       "syncline bootstrap --data data --tenant acme-dev --email me@acme.test --password-stdin",
                       server.bootstrap);
    add_server_command("migrate", "Brings the database up to date: --data DIR", "syncline migrate --data data",
                       server.migrate);
    add_server_command("key", "The master key: status | verify | rotate --new-master-key-file FILE, with --data DIR",
                       "syncline key rotate --data data --new-master-key-file new.key", server.key);
    add_server_command("doctor", "Checks a data directory: --data DIR [--deep, to read every blob]",
                       "syncline doctor --data data --deep", server.doctor);
    add_server_command("sweep", "Removes now what nothing points at; servers do it by themselves: --data DIR",
                       "syncline sweep --data data", server.sweep);
    audit_verify_ = server.audit_verify;
    add_server_command("backup", "Writes a backup while the server runs: --data DIR --to FOLDER",
                       "syncline backup --data data --to backups/monday", server.backup);
    add_server_command("restore", "Fills an empty place from a backup: --data DIR --from FOLDER, or --verify",
                       "syncline restore --data new --from backups/monday --master-key-file key", server.restore);
    add_server_command("migrate-data", "Moves everything to another database: --from PLACE --to PLACE",
                       "syncline migrate-data --from data --to postgres://db.internal/syncline", server.migrate_data);
    add_server_command("config", "The settings of all commands on a data directory, with their defaults",
                       "syncline config show --origin", server.config);
    app_.add_subcommand("version", "The version of this program")->callback([] {
      std::cout << "syncline " << SYNCLINE_VERSION << "\n";
    });
  }

  void add_people() {
    Words& w = words_;
    CLI::App* signing_in = command(app_, "login", "Signs in; the password comes on standard input",
                                   [&](Session& s) { return login(s, w.a, w.b, global_.token_file); });
    signing_in->add_option("--email", w.a)->required();
    signing_in->add_option("--tenant", w.b)->required();
    signing_in->parse_complete_callback([this] { is_login_ = true; });
    command(app_, "logout", "Ends the session", logout);
    command(app_, "whoami", "Who the token belongs to", whoami);

    CLI::App* tenant = group(app_, "tenant", "Tenants");
    command(*tenant, "list", "Tenants you are a member of", tenant_list);
    command(*tenant, "show", "The token's tenant", tenant_show);
    CLI::App* make = command(*tenant, "create", "Makes a tenant (superusers)",
                             [&](Session& s) { return tenant_create(s, w.a, w.b, w.environment); });
    make->add_option("id", w.a)->required();
    make->add_option("--label", w.b);
    make->add_option("--environment", w.environment, "development, staging or production");

    CLI::App* member = group(app_, "member", "Members of the tenant");
    command(*member, "list", "All members", member_list);
    CLI::App* add =
        command(*member, "add", "Adds a member", [&](Session& s) { return member_add(s, w.a, w.b, w.flag); });
    add->add_option("email", w.a)->required();
    add->add_option("--role", w.b)->required();
    add->add_flag("--password-stdin", w.flag, "For somebody new: the first password");
    CLI::App* role = command(*member, "set-role", "Changes a member's role",
                             [&](Session& s) { return member_set_role(s, w.a, w.b); });
    role->add_option("who", w.a, "E-mail address or id")->required();
    role->add_option("role", w.b)->required();
    command(*member, "remove", "Removes a member", [&](Session& s) { return member_remove(s, w.a); })
        ->add_option("who", w.a, "E-mail address or id")
        ->required();

    CLI::App* token = group(app_, "token", "Your API keys");
    command(*token, "list", "All keys", token_list);
    CLI::App* key = command(*token, "create", "Makes a key and shows it once",
                            [&](Session& s) { return token_create(s, w.a, w.b); });
    key->add_option("description", w.a)->required();
    key->add_option("--expires-at", w.b, "2027-01-31T00:00:00Z");
    command(*token, "revoke", "Ends a key", [&](Session& s) { return token_revoke(s, w.a); })
        ->add_option("id", w.a)
        ->required();

    CLI::App* variable = group(app_, "var", "Variables of the tenant");
    command(*variable, "list", "Names, never values", variable_list);
    command(*variable, "set", "Sets one; the value comes on standard input",
            [&](Session& s) { return variable_set(s, w.a); })
        ->add_option("name", w.a)
        ->required();
    command(*variable, "unset", "Removes one", [&](Session& s) { return variable_unset(s, w.a); })
        ->add_option("name", w.a)
        ->required();
  }

  void add_kind(const std::string& name, const std::string& kind) {
    Words& w = words_;
    CLI::App* of_kind = group(app_, name, "Resources: " + kind);
    if (name != kind) of_kind->group("");  // another word for the same: works, and is not listed
    command(*of_kind, "list", "All of them", [&w, kind](Session& s) {
      return resource_list(s, kind, w.a);
    })->add_option("--name", w.a, "Part of the name");
    CLI::App* get = command(*of_kind, "get", "One, with its body",
                            [&w, kind](Session& s) { return resource_get(s, kind, w.a, w.b); });
    get->add_option("id", w.a)->required();
    get->add_option("--version", w.b, "latest, published or a number");
    command(*of_kind, "apply", "Makes or changes one from JSON",
            [&w, kind](Session& s) { return resource_apply(s, kind, w.a); })
        ->add_option("file", w.a, "A file, or - for standard input")
        ->required();
    CLI::App* remove = command(*of_kind, "delete", "Deletes one",
                               [&w, kind](Session& s) { return resource_delete(s, kind, w.a, w.flag); });
    remove->add_option("id", w.a)->required();
    remove->add_flag("--force", w.flag, "Even when others refer to it");
    CLI::App* syncable = command(*of_kind, "syncable", "Flags one for syncs: on or off",
                                 [&w, kind](Session& s) { return resource_syncable(s, kind, w.a, w.b == "on"); });
    syncable->add_option("id", w.a)->required();
    syncable->add_option("state", w.b)->required()->check(CLI::IsMember({"on", "off"}));
    command(*of_kind, "versions", "Published versions",
            [&w, kind](Session& s) { return resource_versions(s, kind, w.a); })
        ->add_option("id", w.a)
        ->required();
    CLI::App* publish = command(*of_kind, "publish", "Makes the draft the next version",
                                [&w, kind](Session& s) { return resource_publish(s, kind, w.a, w.b); });
    publish->add_option("id", w.a)->required();
    publish->add_option("--note", w.b);
    if (kind == "documents") add_content(*of_kind);
    if (kind == "connections") {
      command(*of_kind, "credentials", "Sets credentials from JSON on standard input",
              [&w](Session& s) { return credentials_set(s, w.a); })
          ->add_option("id", w.a)
          ->required();
    }
  }

  void add_content(CLI::App& documents) {
    Words& w = words_;
    CLI::App* upload = command(documents, "upload", "Uploads a file",
                               [&w](Session& s) { return document_upload(s, w.a, w.file, w.media_type); });
    upload->add_option("id", w.a)->required();
    upload->add_option("file", w.file)->required();
    upload->add_option("--media-type", w.media_type);
    CLI::App* download = command(documents, "download", "Downloads the file",
                                 [&w](Session& s) { return document_download(s, w.a, w.file); });
    download->add_option("id", w.a)->required();
    download->add_option("file", w.file)->required();
  }

  void add_sync() {
    Words& w = words_;
    CLI::App* sync = group(app_, "sync", "Promotion from the token's tenant");
    command(*sync, "steps", "The steps in order", sync_steps);
    command(*sync, "matrix", "What runs where: releases, what is behind, ahead and drifted", sync_matrix);
    CLI::App* plan = command(*sync, "plan", "Shows what a promotion would do, and keeps that plan on the server",
                             [&](Session& s) { return sync_plan(s, w.sync); });
    add_choice(*plan);
    plan->add_flag("--detailed-exitcode", w.sync.detailed_exit_code, "2 when something would change, 3 when blocked");
    plan->add_option("--out", w.sync.file, "Writes a file that names the plan, for `sync apply`");
    plan->footer("Example:\n  syncline sync plan acme-staging --detailed-exitcode -o markdown");
    CLI::App* apply = command(*sync, "apply", "Applies a plan exactly as it was shown, or not at all", [&](Session& s) {
      is_run_ = true;
      return sync_apply(s, {.plan = w.a, .yes = w.yes, .wait = w.sync.wait});
    });
    apply->add_option("plan", w.a, "Its id, or the file of --out")->required();
    apply->add_flag("--yes", w.yes, "Does not ask");
    add_wait(*apply, "; a rollback is always waited for");
    CLI::App* run = command(*sync, "run", "Promotes into a tenant, all or nothing", [&](Session& s) {
      is_run_ = true;
      return sync_run(s, w.sync);
    });
    add_choice(*run);
    run->add_flag("--dry-run", w.sync.dry_run, "Plans only");
    add_wait(*run);
    run->footer("Example:\n  syncline sync run acme-staging --step tools --step agents");
    CLI::App* explain = command(*sync, "explain", "Why a resource is taken, and what would happen to it",
                                [&](Session& s) { return sync_explain(s, w.sync, w.a); });
    add_choice(*explain);
    explain->add_option("resource", w.a, "KIND/ID")->required();
    CLI::App* graph = command(*sync, "graph", "The plan as a Graphviz document (-o dot), Mermaid (-o markdown) or JSON",
                              [&](Session& s) { return sync_graph(s, w.sync); });
    add_choice(*graph);
    add_runs();
    add_copies();
    add_governance();
    add_tools();
  }

  void add_wait(CLI::App& command, const std::string& more = "") {
    command.add_flag("--wait,!--no-wait", words_.sync.wait, "Stays until it is done (the default" + more + ")");
  }

  // What a promotion takes: the same words for plan, run, explain and graph.
  void add_choice(CLI::App& command) {
    SyncWords& sync = words_.sync;
    command.add_option("target", sync.target)->required();
    command.add_option("--step", sync.steps, "Only these kinds");
    command.add_option("--only", sync.only, "Only these resources and what they need: KIND/ID");
    command.add_option("--exclude", sync.exclude, "Leaves these out: KIND/ID");
    command.add_option("--release", sync.release, "What a release holds, instead of the source as it is: name or id");
    command.add_option("--allow-drift", sync.on_drift, "Copies edited in the target: keep, overwrite or fail")
        ->check(CLI::IsMember({"keep", "overwrite", "fail"}));
    command.add_flag("--prune", sync.prune, "Deletes copies whose original is gone or no longer reached");
    command.add_option("--prune-limit", sync.prune_limit, "The share of the copies that may go: 0.2")
        ->check(CLI::Range(0.0, 1.0));
    command.add_flag("--keep-credentials", sync.keep_credentials, "Leaves the target's credentials as they are");
    command.add_flag("--include-unchanged", sync.include_unchanged, "List what is unchanged too");
  }

  void add_runs() {
    Words& w = words_;
    CLI::App* plans = group(app_, "plan", "Plans that were made");
    command(*plans, "list", "The newest first", plan_list);
    command(*plans, "show", "One, as it was made", [&](Session& s) { return plan_show(s, w.a); })
        ->add_option("id", w.a)
        ->required();

    CLI::App* runs = group(app_, "run", "Runs, past and present");
    CLI::App* list = command(*runs, "list", "The newest first", [&](Session& s) { return run_list(s, w.runs); });
    list->add_option("--source", w.runs.source);
    list->add_option("--target", w.runs.target);
    list->add_option("--status", w.runs.status, "queued, running, succeeded, failed or cancelled");
    list->add_option("--kind", w.runs.kind, "sync or rollback");
    list->add_option("--by", w.runs.started_by, "Who started it: an address");
    list->add_option("--since", w.runs.since, "Started then or later: 2026-11-26T00:00:00Z");
    list->add_option("--until", w.runs.until, "Started before");
    command(*runs, "show", "The report of one", [&](Session& s) { return run_show(s, w.a); })
        ->add_option("id", w.a)
        ->required();
    command(*runs, "watch", "Follows one to its end",
            [&](Session& s) -> Done {
              const std::string code = TRY(run_watch(s, w.a));
              is_run_ = true;  // Until here, what failed was looking.
              return code.empty() ? done() : Done(fail(ErrorKind::internal, code, ""));
            })
        ->add_option("id", w.a)
        ->required();
    command(*runs, "cancel", "Stops one before it commits", [&](Session& s) { return run_cancel(s, w.a); })
        ->add_option("id", w.a)
        ->required();
    CLI::App* rollback = command(*runs, "rollback", "Undoes one exactly; the undo is a run itself", [&](Session& s) {
      is_run_ = true;
      return run_rollback(s, w.rollback);
    });
    rollback->add_option("id", w.rollback.run)->required();
    rollback->add_option("--only", w.rollback.only, "Only these resources of the target: KIND/ID");
    rollback->add_flag("--plan", w.rollback.plan_only, "Shows the plan of it and stops");
    rollback->add_flag("--overwrite-edits", w.rollback.overwrite_edits, "Also what was edited since");
    rollback->add_flag("--yes", w.rollback.yes, "Does not ask");
  }

  // A command on one copy, KIND/ID.
  CLI::App* on_copy(CLI::App& parent, const std::string& name, const std::string& description,
                    Done (*verb)(Session&, const std::string&)) {
    CLI::App* made = command(parent, name, description, [this, verb](Session& s) { return verb(s, words_.a); });
    made->add_option("resource", words_.a, "KIND/ID")->required();
    return made;
  }

  void add_copies() {
    Words& w = words_;
    CLI::App* drift = group(app_, "drift", "Copies edited in this tenant since they were synced");
    command(*drift, "list", "All of them", drift_list);
    on_copy(*drift, "show", "Field by field: last synced, in the source, here", drift_show);

    CLI::App* copy = group(app_, "copy", "What this tenant does with its copies");
    on_copy(*copy, "detach", "Makes it this tenant's own; no sync touches it again", copy_detach);
    on_copy(*copy, "attach", "Makes it a copy again", copy_attach);
    CLI::App* adopt = command(*copy, "adopt", "Makes an own resource the copy of one of a source",
                              [&](Session& s) { return copy_adopt(s, w.a, w.b, w.c); });
    adopt->add_option("resource", w.a, "KIND/ID")->required();
    adopt->add_option("--source", w.b, "The tenant")->required();
    adopt->add_option("--origin", w.c, "The id there")->required();

    CLI::App* overrides = group(app_, "override", "Changes of a copy that every sync leaves");
    on_copy(*overrides, "show", "Those of one", override_show);
    on_copy(*overrides, "set", "{patch?, credentials?} as JSON on standard input", override_set);
    on_copy(*overrides, "remove", "As synced again", override_remove);
  }

  void add_governance() {
    Words& w = words_;
    CLI::App* release = group(app_, "release", "Named states of this tenant, to promote more than once");
    command(*release, "list", "All of them", release_list);
    command(*release, "show", "What one holds", [&](Session& s) { return release_show(s, w.a); })
        ->add_option("release", w.a, "Name or id")
        ->required();
    CLI::App* create = command(*release, "create", "Of what a sync would take now",
                               [&](Session& s) { return release_create(s, w.a, w.b, w.sync.only); });
    create->add_option("name", w.a)->required();
    create->add_option("--note", w.b);
    create->add_option("--only", w.sync.only, "Only these resources and what they need: KIND/ID");

    CLI::App* policy = group(app_, "policy", "Who and what may come into this tenant");
    command(*policy, "show", "As JSON", policy_show);
    command(*policy, "set", "Changes the members given as JSON on standard input", policy_set);

    CLI::App* audit = group(app_, "audit", "Every change of this tenant, in a chain of hashes");
    CLI::App* tail = command(*audit, "tail", "The newest 50", [&](Session& s) { return audit_tail(s, w.audit); });
    tail->add_option("--action", w.audit.action, "As in resource.create");
    tail->add_option("--actor", w.audit.actor, "E-mail address or id");
    command(*audit, "export", "All of it, a JSON object a line", audit_export);
    CLI::App* verify = command(*audit, "verify", "Whether nothing was changed, removed or put in; 5 when something was",
                               [&](Session& s) { return audit_verify(s, w.a); });
    verify->add_option("--expect-head", w.a, "A hash kept elsewhere that the chain must hold");
    verify->footer("Without a server, all tenants or one: --data DIR | --database URL [--tenant ID]");

    CLI::App* approval = group(app_, "approval", "Plans that wait for this tenant's yes");
    command(*approval, "list", "All of them", approval_list);
    for (const bool approve : {true, false}) {
      CLI::App* decide = command(*approval, approve ? "approve" : "deny", approve ? "Says yes" : "Says no",
                                 [&w, approve](Session& s) { return approval_decide(s, w.a, approve, w.b); });
      decide->add_option("plan", w.a)->required();
      decide->add_option("--comment", w.b);
    }
  }

  void add_tools() {
    Words& w = words_;
    CLI::App* import = group(app_, "import", "Brings resources in from other products");
    command(*import, "flowise", "Flows, tools and exports of Flowise: a file or a folder",
            [&](Session& s) { return import_flowise(s, w.a); })
        ->add_option("path", w.a)
        ->required();

    CLI::App* api =
        command(app_, "api", "Any call: METHOD PATH", [&](Session& s) { return call_api(s, w.a, w.b, w.file); });
    api->add_option("method", w.a)->required();
    api->add_option("path", w.b)->required();
    api->add_option("-d,--data", w.file, "A file with the body, or - for standard input");
  }

  CLI::App app_{"Syncline promotes AI-agent configuration from one tenant to another.", "syncline"};
  Global global_;
  Words words_;
  Action action_;
  Command audit_verify_;
  std::map<std::string, Command> server_;  // by the first word; their own parser takes the words that follow
  bool is_login_ = false;
  bool is_run_ = false;
};

}  // namespace

int run_cli(int argc, char** argv, const ServerCommands& server) { return CommandLine(server).run(argc, argv); }

}  // namespace syncline::cli
