#pragma once
// The commands around a promotion: plans, runs, drift, copies, releases, policy and approvals.

#include <optional>

#include "cli/commands.h"

namespace syncline::cli {

// What a plan or a run is asked to take.
struct SyncWords {
  std::string target;
  std::vector<std::string> steps;
  std::vector<std::string> only;     // KIND/ID
  std::vector<std::string> exclude;  // KIND/ID
  std::string release;               // name or id
  std::string on_drift;              // "": the server's default
  std::string file;                  // --out: where a plan's pointer is written
  bool prune = false;
  std::optional<double> prune_limit = {};
  bool keep_credentials = false;
  bool include_unchanged = false;
  bool detailed_exit_code = false;
  bool dry_run = false;
  bool wait = true;  // else the run goes on without us
};

Done sync_steps(Session& session);
// Error when --detailed-exitcode is asked for and there is something to do: `changes_present` or `blocked`, which
// cli/exit_codes.h turns into its code; nothing is printed for them.
Done sync_plan(Session& session, const SyncWords& words);
struct ApplyWords {
  std::string plan;  // its id, or a file that sync_plan wrote
  bool yes = false;
  bool wait = true;
};
// Of a sync or of a rollback. Asks first on a terminal, unless `yes`. Error too: invalid `usage`, since rollbacks are
// waited for.
Done sync_apply(Session& session, const ApplyWords& words);
Done sync_run(Session& session, const SyncWords& words);
// Why a resource, KIND/ID, would be taken, and what would happen to it.
Done sync_explain(Session& session, const SyncWords& words, const std::string& resource);
// As a Graphviz document, as Mermaid, or as JSON.
Done sync_graph(Session& session, const SyncWords& words);
Done sync_matrix(Session& session);

Done plan_list(Session& session);
Done plan_show(Session& session, const std::string& id);

struct RunFilter {
  std::string source;
  std::string target;
  std::string status;
  std::string kind;
  std::string started_by;  // an address
  std::string since;
  std::string until;
};
Done run_list(Session& session, const RunFilter& filter);
Done run_show(Session& session, const std::string& id);
// Follows it to its end, then shows its report. Gives the code of what it failed by, "" when it went well. Errors are
// those of looking, `unreachable` too when the server stops telling of it.
Result<std::string> run_watch(Session& session, const std::string& id);
Done run_cancel(Session& session, const std::string& id);
struct RollbackWords {
  std::string run;
  std::vector<std::string> only;  // KIND/ID, of the target
  bool plan_only = false;
  bool overwrite_edits = false;
  bool yes = false;
};
// Shows the plan of it, asks on a terminal unless `yes`, and applies that plan.
Done run_rollback(Session& session, const RollbackWords& words);

Done drift_list(Session& session);
Done drift_show(Session& session, const std::string& resource);

// KIND/ID, of copies in the token's tenant.
Done copy_detach(Session& session, const std::string& resource);
Done copy_attach(Session& session, const std::string& resource);
Done copy_adopt(Session& session, const std::string& resource, const std::string& source, const std::string& origin);
Done override_show(Session& session, const std::string& resource);
Done override_set(Session& session, const std::string& resource);  // {patch?, credentials?} on standard input
Done override_remove(Session& session, const std::string& resource);

Done release_list(Session& session);
Done release_show(Session& session, const std::string& release);  // name or id
Done release_create(Session& session, const std::string& name, const std::string& note,
                    const std::vector<std::string>& only);

Done policy_show(Session& session);
Done policy_set(Session& session);  // the members to change, as JSON on standard input

struct AuditFilter {
  std::string action;
  std::string actor;
};
Done audit_tail(Session& session, const AuditFilter& filter);
// All rows, a JSON object a line.
Done audit_export(Session& session);
// Error: conflict `audit_broken`, when the chain does not hold or does not reach `expected_head`.
Done audit_verify(Session& session, const std::string& expected_head);

Done approval_list(Session& session);
Done approval_decide(Session& session, const std::string& plan, bool approve, const std::string& comment);

}  // namespace syncline::cli
