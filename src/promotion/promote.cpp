#include "promotion/promote.h"

#include <utility>

#include "access/authorise.h"
#include "promotion/apply.h"
#include "promotion/runs.h"
#include "promotion/select.h"

namespace syncline::promotion {
namespace {

// What these steps have now seen. A conflict is looked at again each time, for it ends in the target, unseen.
Done write_watermarks(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                      const Selection& selection, const store::Revisions& source, const Outcome& outcome,
                      const store::Watermarks& before) {
  if (selection.marking == planning::Marking::none) return done();
  for (const Kind kind : request.steps) {
    const StepOutcome& step = outcome[static_cast<std::size_t>(kind)];
    if (step.counts.conflicts > 0) {
      TRY(store::delete_watermark(connection, pair.source, pair.target, kind));
      continue;
    }
    const store::Watermark watermark{.source_revision = source.revision,
                                     .members = step.members,
                                     .excluded = join_objects(step.excluded),
                                     .dangling = join_objects(step.dangling)};
    const std::optional<store::Watermark>& old = before[static_cast<std::size_t>(kind)];
    if (old && old->source_revision == watermark.source_revision && old->members == watermark.members &&
        old->excluded == watermark.excluded && old->dangling == watermark.dangling) {
      continue;
    }
    TRY(store::write_watermark(connection, pair.source, pair.target, kind, watermark));
  }
  return done();
}

}  // namespace

Result<Report> promote(const Services& services, const PromotionRequest& request) {
  const TimeMs started_at = services.clock();
  const auto transaction = TRY(services.database.begin_write(db::writing(request.target, {request.principal.tenant})));
  db::Connection& connection = transaction->connection();
  const access::Authorised authorised = TRY(access::authorise_promotion(connection, request.principal, request.target));
  const Pair pair{.source = authorised.source, .target = authorised.target};
  const store::Revisions source = TRY(store::read_revisions(connection, pair.source));
  const store::Watermarks watermarks = TRY(store::read_watermarks(connection, pair.source, pair.target));

  const Selection selection = TRY(select_resources(connection, request, pair, source, watermarks));
  const planning::PlanRequest wanted{
      .source = pair.source, .target = pair.target, .steps = request.kinds(), .marking = selection.marking};
  const planning::Plan plan =
      planning::make_plan(wanted, selection.snapshot.source, selection.snapshot.target, selection.closure);
  TRY(apply_plan(connection, services, pair, selection, plan, request.principal.person, started_at));

  const Outcome outcome = TRY(sum_up(connection, request, pair, selection, plan, watermarks));
  TRY(write_watermarks(connection, request, pair, selection, source, outcome, watermarks));
  std::vector<MissingVariable> missing_variables =
      TRY(find_missing_variables(connection, request.kinds(), pair, selection));
  std::vector<std::string> warnings = TRY(find_warnings(connection, pair, plan));
  Report report = make_report({
      .request = request,
      .pair = pair,
      .selection = selection,
      .plan = plan,
      .outcome = outcome,
      .missing_variables = std::move(missing_variables),
      .warnings = std::move(warnings),
      .started_at = started_at,
      .finished_at = services.clock(),
  });
  TRY(record_run(connection, request, pair, report));
  TRY(transaction->commit());
  return report;
}

}  // namespace syncline::promotion
