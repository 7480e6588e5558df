#pragma once
// The tables `runs` and `servers`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"
#include "model/principal.h"

namespace syncline::store {

struct RunRow {
  Uuid id;
  std::string source;
  std::string target;
  std::string kind = "sync";  // or "rollback"
  std::string steps;          // comma-separated
  std::string status;         // queued, running, succeeded, failed, cancelled
  std::optional<Uuid> plan = {};
  std::optional<Uuid> release = {};
  std::optional<Uuid> rolls_back = {};
  std::optional<Uuid> rolled_back_by = {};
  Uuid started_by;
  std::string started_by_email = {};  // read only
  TimeMs started_at = 0;
  std::optional<TimeMs> finished_at = {};
  std::optional<Uuid> server = {};
  std::optional<std::string> summary = {};  // JSON: the counts
  std::optional<std::string> problem = {};  // JSON: why it failed
};

// `report`: compressed.
Done insert_run(db::Connection& connection, const RunRow& run, const std::optional<std::string>& report);

// A run that undid another one no longer does when it is undone itself.
Done mark_rolled_back(db::Connection& connection, const RunRow& run, const Uuid& by);

struct LastRun {
  Uuid id;
  std::string source;
  TimeMs started_at = 0;
  std::optional<Uuid> release;
};
// Syncs into the tenant that succeeded and were not undone, the newest first.
Result<std::vector<LastRun>> list_last_runs(db::Connection& connection, std::string_view target, std::int64_t limit);

struct RunFilter {
  std::optional<std::string> source = {};
  std::optional<std::string> target = {};
  std::optional<std::string> status = {};
  std::optional<std::string> kind = {};
  std::optional<Uuid> started_by = {};
  std::optional<std::string> started_by_email = {};
  std::optional<TimeMs> since = {};  // started then or later
  std::optional<TimeMs> until = {};  // started before
};
// Runs out of the tenant and into it, the newest first, those before `before`.
Result<std::vector<RunRow>> list_runs(db::Connection& connection, std::string_view tenant, const RunFilter& filter,
                                      const Uuid& before, std::int64_t limit);
Result<std::optional<RunRow>> find_run(db::Connection& connection, const Uuid& id);
db::Ask run_question(const Uuid& id);  // what it will ask, for Connection::fetch_ahead
// Compressed; nothing before the run has ended well.
Result<std::optional<std::string>> find_report(db::Connection& connection, std::string_view target, const Uuid& id);

// Runs whose end a webhook of the source or the target is to be told of, of the whole deployment.
Result<std::vector<RunRow>> list_untold_runs(db::Connection& connection, std::int64_t limit);
// False when somebody else has told already.
Result<bool> mark_told(db::Connection& connection, std::string_view target, const Uuid& id);

// From queued to running; false when it is not queued.
Result<bool> begin_run(db::Connection& connection, std::string_view target, const Uuid& id, TimeMs started_at);
struct RunEnd {
  std::string target;
  Uuid id;
  std::string status;                     // succeeded, failed, cancelled
  std::optional<std::string> steps = {};  // when they were not known before
  TimeMs finished_at = 0;
  std::optional<std::string> summary = {};
  std::optional<std::string> problem = {};
  std::optional<std::string> report = {};  // compressed
};
// False when it has ended already.
Result<bool> end_run(db::Connection& connection, const RunEnd& end);

Done write_server(db::Connection& connection, const Uuid& id, TimeMs seen_at);
Done delete_servers(db::Connection& connection, TimeMs seen_before);
// Runs without an end of servers that are gone or were not seen since then, and those of `server`.
Result<std::vector<RunRow>> list_orphans(db::Connection& connection, TimeMs seen_before, const Uuid& server);
// Whether the person's token still holds, and the person is a member of the source or the target.
Result<bool> may_follow(db::Connection& connection, const Principal& who, const RunRow& run, TimeMs now);

}  // namespace syncline::store
