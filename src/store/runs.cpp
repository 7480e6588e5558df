#include "store/runs.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace syncline::store {
namespace {

#define SYNCLINE_RUN_COLUMNS                                                                           \
  "r.id, r.source_id, r.target_id, r.kind, r.steps, r.status, r.plan_id, r.release_id, r.rolls_back, " \
  "r.rolled_back_by, r.started_by, p.email, r.started_at, r.finished_at, r.server_id, r.summary, r.problem"

// Whether there is somebody to tell is asked by the same statement: a sync with nothing to do has few.
constexpr db::Query kInsertRun{"runs.insert", R"sql(
    INSERT INTO runs (id, source_id, target_id, kind, steps, status, plan_id, release_id, rolls_back, started_by,
                      started_at, finished_at, server_id, summary, problem, report, untold)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            EXISTS (SELECT 1 FROM webhooks w WHERE w.tenant_id IN ($2, $3)))
)sql"};

constexpr db::Query kMarkRolledBack{"runs.mark_rolled_back", R"sql(
    UPDATE runs SET rolled_back_by = $3 WHERE target_id = $1 AND id = $2
)sql"};
constexpr db::Query kUnmarkRolledBack{"runs.unmark_rolled_back", R"sql(
    UPDATE runs SET rolled_back_by = NULL WHERE target_id = $1 AND id = $2 AND rolled_back_by = $3
)sql"};

constexpr db::Query kLastRuns{"runs.last", R"sql(
    SELECT id, source_id, started_at, release_id FROM runs
    WHERE target_id = $1 AND status = 'succeeded' AND kind = 'sync' AND rolled_back_by IS NULL
    ORDER BY id DESC LIMIT $2
)sql"};

// A parameter that may be NULL stands beside its column first: PostgreSQL takes its type from there.
#define SYNCLINE_RUN_FILTER                                                           \
  " AND (r.source_id = $4 OR $4 IS NULL) AND (r.target_id = $5 OR $5 IS NULL)"        \
  " AND (r.status = $6 OR $6 IS NULL) AND (r.kind = $7 OR $7 IS NULL)"                \
  " AND (r.started_by = $8 OR $8 IS NULL) AND (p.email = $9 OR $9 IS NULL)"           \
  " AND (r.started_at >= $10 OR $10 IS NULL) AND (r.started_at < $11 OR $11 IS NULL)" \
  " ORDER BY r.id DESC LIMIT $3"
constexpr db::Query kRunsOutOf{"runs.out_of", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(
    FROM runs r JOIN persons p ON p.id = r.started_by
    WHERE r.source_id = $1 AND r.id < $2)sql" SYNCLINE_RUN_FILTER};
constexpr db::Query kRunsInto{"runs.into", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(
    FROM runs r JOIN persons p ON p.id = r.started_by
    WHERE r.target_id = $1 AND r.id < $2)sql" SYNCLINE_RUN_FILTER};

// By the id alone, for who asks may be of either tenant: the caller decides whether they may see it.
constexpr db::Query kFindRun{"runs.find", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(
    FROM runs r JOIN persons p ON p.id = r.started_by
    WHERE r.id = $1
)sql"};
constexpr db::Query kFindReport{"runs.report", "SELECT report FROM runs WHERE target_id = $1 AND id = $2"};

constexpr db::Query kBeginRun{"runs.begin", R"sql(
    UPDATE runs SET status = 'running', started_at = $3 WHERE target_id = $1 AND id = $2 AND status = 'queued'
)sql"};
// Whoever comes first says how it ended.
constexpr db::Query kEndRun{"runs.end", R"sql(
    UPDATE runs SET status = $3, finished_at = $4, summary = $5, problem = $6, report = $7, server_id = NULL,
                    steps = COALESCE($8, steps),
                    untold = EXISTS (SELECT 1 FROM webhooks w WHERE w.tenant_id IN (source_id, target_id))
    WHERE target_id = $1 AND id = $2 AND status IN ('queued', 'running')
)sql"};
// Driven by the index runs_untold, whose condition it repeats.
constexpr db::Query kListUntold{"runs.untold", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(
    FROM runs r JOIN persons p ON p.id = r.started_by
    WHERE r.untold = TRUE AND r.finished_at IS NOT NULL LIMIT $1
)sql"};
constexpr db::Query kMarkTold{"runs.mark_told", R"sql(
    UPDATE runs SET untold = FALSE WHERE target_id = $1 AND id = $2 AND untold = TRUE
)sql"};
constexpr db::Query kWriteServer{"servers.write", R"sql(
    INSERT INTO servers (id, seen_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
)sql"};
constexpr db::Query kDeleteServers{"servers.delete", "DELETE FROM servers WHERE seen_at < $1"};
// Driven by the index runs_unfinished, whose condition it repeats.
constexpr db::Query kListOrphans{"runs.orphans", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(
    FROM runs r JOIN persons p ON p.id = r.started_by LEFT JOIN servers s ON s.id = r.server_id
    WHERE r.finished_at IS NULL AND (s.id IS NULL OR s.seen_at < $1 OR s.id = $2)
)sql"};
constexpr db::Query kMayFollow{"runs.may_follow", R"sql(
    SELECT 1 FROM tokens t
    WHERE t.tenant_id = $1 AND t.id = $2 AND (t.expires_at > $3 OR t.expires_at IS NULL)
      AND EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = $4 AND a.tenant_id IN ($5, $6))
)sql"};

RunRow read_run(const db::Row& row) {
  return {.id = row.uuid(0),
          .source = row.string(1),
          .target = row.string(2),
          .kind = row.string(3),
          .steps = row.string(4),
          .status = row.string(5),
          .plan = row.maybe_uuid(6),
          .release = row.maybe_uuid(7),
          .rolls_back = row.maybe_uuid(8),
          .rolled_back_by = row.maybe_uuid(9),
          .started_by = row.uuid(10),
          .started_by_email = row.string(11),
          .started_at = row.integer(12),
          .finished_at = row.maybe_integer(13),
          .server = row.maybe_uuid(14),
          .summary = row.maybe_string(15),
          .problem = row.maybe_string(16)};
}

db::Param maybe_bytes(const std::optional<std::string>& bytes) {
  if (!bytes) return std::monostate{};
  return db::Bytes{*bytes};
}

}  // namespace

Done insert_run(db::Connection& connection, const RunRow& run, const std::optional<std::string>& report) {
  return connection.later(
      kInsertRun,
      {run.id, std::string_view(run.source), std::string_view(run.target), std::string_view(run.kind),
       std::string_view(run.steps), std::string_view(run.status), db::maybe(run.plan), db::maybe(run.release),
       db::maybe(run.rolls_back), run.started_by, run.started_at, db::maybe(run.finished_at), db::maybe(run.server),
       db::maybe(run.summary), db::maybe(run.problem), maybe_bytes(report)});
}

Done mark_rolled_back(db::Connection& connection, const RunRow& run, const Uuid& by) {
  const std::string_view target = run.target;
  TRY(connection.later(kMarkRolledBack, {target, run.id, by}));
  if (run.rolls_back) TRY(connection.later(kUnmarkRolledBack, {target, *run.rolls_back, run.id}));
  return done();
}

Result<std::vector<LastRun>> list_last_runs(db::Connection& connection, std::string_view target, std::int64_t limit) {
  return connection.list(kLastRuns, {target, limit}, [](const db::Row& row) {
    return LastRun{
        .id = row.uuid(0), .source = row.string(1), .started_at = row.integer(2), .release = row.maybe_uuid(3)};
  });
}

Result<std::vector<RunRow>> list_runs(db::Connection& connection, std::string_view tenant, const RunFilter& filter,
                                      const Uuid& before, std::int64_t limit) {
  const std::initializer_list<db::Param> params = {tenant,
                                                   before,
                                                   limit,
                                                   db::maybe(filter.source),
                                                   db::maybe(filter.target),
                                                   db::maybe(filter.status),
                                                   db::maybe(filter.kind),
                                                   db::maybe(filter.started_by),
                                                   db::maybe(filter.started_by_email),
                                                   db::maybe(filter.since),
                                                   db::maybe(filter.until)};
  std::vector<RunRow> runs = TRY(connection.list(kRunsOutOf, params, read_run));
  std::vector<RunRow> into = TRY(connection.list(kRunsInto, params, read_run));
  std::move(into.begin(), into.end(), std::back_inserter(runs));
  std::sort(runs.begin(), runs.end(), [](const RunRow& left, const RunRow& right) { return right.id < left.id; });
  if (runs.size() > static_cast<std::size_t>(limit)) runs.resize(static_cast<std::size_t>(limit));
  return runs;
}

Result<std::optional<RunRow>> find_run(db::Connection& connection, const Uuid& id) {
  return connection.one(kFindRun, {id}, read_run);
}

db::Ask run_question(const Uuid& id) { return {kFindRun, {id}}; }

Result<std::optional<std::string>> find_report(db::Connection& connection, std::string_view target, const Uuid& id) {
  const auto found =
      TRY(connection.one(kFindReport, {target, id}, [](const db::Row& row) { return row.maybe_bytes(0); }));
  return found.value_or(std::nullopt);
}

Result<std::vector<RunRow>> list_untold_runs(db::Connection& connection, std::int64_t limit) {
  return connection.list(kListUntold, {limit}, read_run);
}

Result<bool> mark_told(db::Connection& connection, std::string_view target, const Uuid& id) {
  return TRY(connection.execute(kMarkTold, {target, id})) == 1;
}

Result<bool> begin_run(db::Connection& connection, std::string_view target, const Uuid& id, TimeMs started_at) {
  return TRY(connection.execute(kBeginRun, {target, id, started_at})) == 1;
}

Result<bool> end_run(db::Connection& connection, const RunEnd& end) {
  return TRY(connection.execute(kEndRun, {std::string_view(end.target), end.id, std::string_view(end.status),
                                          end.finished_at, db::maybe(end.summary), db::maybe(end.problem),
                                          maybe_bytes(end.report), db::maybe(end.steps)})) == 1;
}

Done write_server(db::Connection& connection, const Uuid& id, TimeMs seen_at) {
  TRY(connection.execute(kWriteServer, {id, seen_at}));
  return done();
}

Done delete_servers(db::Connection& connection, TimeMs seen_before) {
  TRY(connection.execute(kDeleteServers, {seen_before}));
  return done();
}

Result<std::vector<RunRow>> list_orphans(db::Connection& connection, TimeMs seen_before, const Uuid& server) {
  return connection.list(kListOrphans, {seen_before, server}, read_run);
}

Result<bool> may_follow(db::Connection& connection, const Principal& who, const RunRow& run, TimeMs now) {
  const auto found = TRY(connection.one(kMayFollow,
                                        {std::string_view(who.token_tenant), who.token, now, who.person,
                                         std::string_view(run.source), std::string_view(run.target)},
                                        [](const db::Row&) { return true; }));
  return found.has_value();
}

}  // namespace syncline::store
