#include "promotion/matrix.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "promotion/orphans.h"
#include "promotion/select.h"
#include "store/people.h"
#include "store/releases.h"
#include "store/runs.h"

namespace syncline::promotion {
namespace {

constexpr std::int64_t kMostTenants = 500;
constexpr std::int64_t kMostRuns = 1000;  // of a target that are looked through for its sources
constexpr std::int64_t kMostEdited = 100'000;

json::Value id_or_null(const std::optional<Uuid>& id) { return id ? json::Value(id->text()) : json::Value(); }

std::int64_t count_behind(const Selection& selection, const planning::Plan& plan) {
  std::int64_t behind = 0;
  for (const planning::Change& change : plan.changes) {
    if (change.action == planning::Action::created) ++behind;
    if (change.action != planning::Action::updated) continue;
    const planning::TargetRow& copy = selection.snapshot.target[change.existing];
    const planning::Resource& original = selection.snapshot.source[change.resource];
    if (copy.digest != original.digest || copy.exceptions != change.exceptions) ++behind;
  }
  return behind;
}

json::Value seen_revision(const store::Watermarks& watermarks) {
  std::optional<std::int64_t> least;
  for (const auto& watermark : watermarks) {
    if (!watermark) return {};
    least = std::min(least.value_or(watermark->source_revision), watermark->source_revision);
  }
  return least ? json::Value(*least) : json::Value();
}

Result<json::Value> pair_json(db::Connection& connection, const Principal& principal, const store::LastRun& run,
                              const std::string& target) {
  const Pair pair{.source = run.source, .target = target};
  PromotionRequest request{.principal = principal, .target = target, .steps = {}};
  for (const KindInfo& kind : kKinds) request.steps.push_back(kind.kind);
  const store::Revisions source = TRY(store::read_revisions(connection, pair.source));
  const store::Watermarks watermarks = TRY(store::read_watermarks(connection, pair.source, pair.target));
  const Selection selection = TRY(select_resources(connection, request, pair, source, watermarks));
  const planning::Plan plan = planning::make_plan(
      {.source = pair.source, .target = pair.target, .steps = request.kinds(), .marking = selection.marking},
      selection.snapshot.source, selection.snapshot.target, selection.closure);
  const std::vector<Orphan> orphans = TRY(find_orphans(connection, request.kinds(), pair, selection, plan));
  const std::vector<store::EditedCopy> edited =
      TRY(store::list_edited_copies(connection, pair.target, pair.source, kMostEdited));
  const std::int64_t ahead = TRY(store::count_copies_ahead(connection, pair.target, pair.source));
  std::optional<std::string> release_name;
  if (run.release) release_name = TRY(store::find_promoted_name(connection, pair.target, *run.release));
  return json::Value(json::Object{{"source", pair.source},
                                  {"target", pair.target},
                                  {"releaseId", id_or_null(run.release)},
                                  {"releaseName", release_name},
                                  {"lastRunId", run.id.text()},
                                  {"lastRunAt", format_time(run.started_at)},
                                  {"sourceRevision", seen_revision(watermarks)},
                                  {"behind", count_behind(selection, plan)},
                                  {"ahead", ahead},
                                  {"drifted", static_cast<std::int64_t>(edited.size())},
                                  {"orphans", static_cast<std::int64_t>(orphans.size())}});
}

}  // namespace

Result<json::Value> sync_matrix(const Services& services, const Principal& principal) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  db::Connection& connection = transaction->connection();
  const std::vector<store::MembershipRow> memberships =
      TRY(store::list_memberships(connection, principal.person, "", kMostTenants));
  json::Array tenants;
  std::set<std::string> reached;
  for (const store::MembershipRow& row : memberships) {
    reached.insert(row.tenant);
    tenants.emplace_back(json::Object{
        {"id", row.tenant}, {"label", row.label}, {"environment", row.environment}, {"role", role_name(row.role)}});
  }
  json::Array pairs;
  for (const std::string& target : reached) {
    std::set<std::string> sources;
    const std::vector<store::LastRun> runs = TRY(store::list_last_runs(connection, target, kMostRuns));
    for (const store::LastRun& run : runs) {
      if (!reached.contains(run.source) || !sources.insert(run.source).second) continue;
      pairs.push_back(TRY(pair_json(connection, principal, run, target)));
    }
  }
  return json::Value(json::Object{{"tenants", std::move(tenants)}, {"pairs", std::move(pairs)}});
}

}  // namespace syncline::promotion
