#include "store/runs.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace syncline::store {
namespace {

#define SYNCLINE_RUN_COLUMNS                                                                           \
  "r.id, r.source_id, r.target_id, r.kind, r.steps, r.status, r.plan_id, r.release_id, r.rolls_back, " \
  "r.rolled_back_by, r.started_by, p.email, r.started_at, r.finished_at, r.server_id, r.summary, r.problem"

constexpr db::Query kInsertRun{"runs.insert", R"sql(
    INSERT INTO runs (id, source_id, target_id, kind, steps, status, plan_id, release_id, rolls_back, started_by,
                      started_at, finished_at, server_id, summary, problem, report)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
)sql"};

constexpr db::Query kMarkRolledBack{"runs.mark_rolled_back", R"sql(
    UPDATE runs SET rolled_back_by = $3 WHERE target_id = $1 AND id = $2
)sql"};
constexpr db::Query kUnmarkRolledBack{"runs.unmark_rolled_back", R"sql(
    UPDATE runs SET rolled_back_by = NULL WHERE target_id = $1 AND id = $2 AND rolled_back_by = $3
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
constexpr db::Query kFindRun{"runs.find", "SELECT " SYNCLINE_RUN_COLUMNS R"sql(, r.report
    FROM runs r JOIN persons p ON p.id = r.started_by
    WHERE r.id = $1
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
  TRY(connection.execute(
      kInsertRun,
      {run.id, std::string_view(run.source), std::string_view(run.target), std::string_view(run.kind),
       std::string_view(run.steps), std::string_view(run.status), db::maybe(run.plan), db::maybe(run.release),
       db::maybe(run.rolls_back), run.started_by, run.started_at, db::maybe(run.finished_at), db::maybe(run.server),
       db::maybe(run.summary), db::maybe(run.problem), maybe_bytes(report)}));
  return done();
}

Done mark_rolled_back(db::Connection& connection, const RunRow& run, const Uuid& by) {
  const std::string_view target = run.target;
  TRY(connection.execute(kMarkRolledBack, {target, run.id, by}));
  if (run.rolls_back) TRY(connection.execute(kUnmarkRolledBack, {target, *run.rolls_back, run.id}));
  return done();
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

Result<std::optional<StoredRun>> find_run(db::Connection& connection, const Uuid& id) {
  return connection.one(kFindRun, {id}, [](const db::Row& row) {
    return StoredRun{.run = read_run(row), .report = row.maybe_bytes(17)};
  });
}

}  // namespace syncline::store
