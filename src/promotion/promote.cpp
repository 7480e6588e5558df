#include "promotion/promote.h"

#include <utility>

#include "access/authorise.h"
#include "db/retry.h"
#include "promotion/apply.h"
#include "promotion/drift.h"
#include "promotion/plans.h"
#include "promotion/repeated.h"
#include "promotion/runs.h"
#include "promotion/stale.h"

namespace syncline::promotion {
namespace {

// What these steps have now seen. A conflict is looked at again each time, for it ends in the target, unseen.
Done write_watermarks(db::Connection& connection, const PromotionRequest& request, const Computed& computed) {
  if (computed.selection.marking == planning::Marking::none) return done();
  const Pair& pair = computed.pair;
  for (const Kind kind : request.steps) {
    const StepOutcome& step = computed.outcome[static_cast<std::size_t>(kind)];
    if (step.counts.conflicts > 0) {
      TRY(store::delete_watermark(connection, pair.source, pair.target, kind));
      continue;
    }
    const store::Watermark watermark{.source_revision = computed.source.revision,
                                     .members = step.members,
                                     .excluded = join_objects(step.excluded),
                                     .dangling = join_objects(step.dangling)};
    const std::optional<store::Watermark>& old = computed.watermarks[static_cast<std::size_t>(kind)];
    if (old && old->source_revision == watermark.source_revision && old->members == watermark.members &&
        old->excluded == watermark.excluded && old->dangling == watermark.dangling) {
      continue;
    }
    TRY(store::write_watermark(connection, pair.source, pair.target, kind, watermark));
  }
  return done();
}

// With a plan, what the plan was made with.
Result<PromotionRequest> request_of(const PromotionRequest& asked, const std::optional<StoredPlan>& plan) {
  PromotionRequest request = asked;
  if (plan) TRY(read_options(plan->row.request, request));
  return request;
}

// Once: all of it or nothing.
Result<Report> promote_once(const Services& services, const PromotionRequest& asked) {
  const TimeMs started_at = services.clock();
  const auto transaction = TRY(services.database.begin_write(db::writing(asked.target, {asked.principal.tenant})));
  db::Connection& connection = transaction->connection();
  const access::Authorised authorised = TRY(access::authorise_promotion(connection, asked.principal, asked.target));
  const Pair pair{.source = authorised.source, .target = authorised.target};
  if (std::optional<Report> answer = TRY(find_answer(connection, asked, started_at))) return std::move(*answer);
  const std::optional<StoredPlan> plan = TRY(load_stored_plan(connection, pair, asked.plan_id, started_at));
  const PromotionRequest request = TRY(request_of(asked, plan));

  const Computed computed = TRY(compute(connection, request, pair));
  if (plan) TRY(check_unmoved(connection, *plan, computed));
  TRY(check_drift(connection, request, computed));
  TRY(apply_plan(connection, services, pair, computed.selection, computed.plan, request.principal.person, started_at));
  TRY(write_watermarks(connection, request, computed));
  Report report = make_report({
      .request = request,
      .computed = computed,
      .additions = plan ? plan->additions : Additions(),
      .plan_id = request.plan_id,
      .started_at = started_at,
      .finished_at = services.clock(),
  });
  TRY(record_run(connection, request, pair, report));
  if (plan) TRY(mark_used(connection, plan->row, report.run_id));
  TRY(remember_answer(connection, asked, pair, report));
  TRY(transaction->commit());
  return report;
}

}  // namespace

Result<Report> promote(const Services& services, const PromotionRequest& request) {
  return db::with_retries([&] { return promote_once(services, request); });
}

}  // namespace syncline::promotion
