#include "promotion/promote.h"

#include <algorithm>
#include <future>
#include <utility>

#include "access/authorise.h"
#include "db/retry.h"
#include "promotion/ahead.h"
#include "promotion/apply.h"
#include "promotion/approvals.h"
#include "promotion/drift.h"
#include "promotion/plan_promotion.h"
#include "promotion/plans.h"
#include "promotion/progress.h"
#include "promotion/repeated.h"
#include "promotion/runs.h"
#include "promotion/stale.h"
#include "store/edges.h"

namespace syncline::promotion {
namespace {

// Whether the next sync must look at all of a step's resources: a conflict ends in the target, unseen, and credentials
// that were kept back are to come with the first sync that brings them.
bool is_open(const PromotionRequest& request, Kind kind, const StepOutcome& step) {
  return step.counts.conflicts > 0 || (request.keep_credentials && info(kind).holds_credentials && step.members > 0);
}

// Where copies from any source refer to is another place then.
bool prunes_adopted(const Computed& computed) {
  const std::vector<Orphan>& pruned = computed.pruned();
  return std::any_of(pruned.begin(), pruned.end(), [](const Orphan& orphan) { return orphan.adopted; });
}

// What these steps have now seen.
store::Watermarks watermarks_after(const PromotionRequest& request, const Computed& computed) {
  store::Watermarks after = computed.watermarks;
  if (computed.selection.release) return {};  // These steps have not seen the source as it is.
  if (prunes_adopted(computed)) return {};
  if (computed.selection.marking == planning::Marking::none) return after;
  for (const Kind kind : request.steps) {
    const StepOutcome& step = computed.outcome[static_cast<std::size_t>(kind)];
    std::optional<store::Watermark>& watermark = after[static_cast<std::size_t>(kind)];
    std::vector<std::string> excluded = step.excluded;
    excluded.insert(excluded.end(), step.named_before.begin(), step.named_before.end());
    watermark = store::Watermark{.source_revision = computed.source.revision,
                                 .members = step.members,
                                 .excluded = join_objects(excluded),
                                 .dangling = join_objects(step.dangling)};
    if (is_open(request, kind, step)) watermark.reset();
  }
  return after;
}

// What is to be deleted besides, if that was asked for and nothing speaks against it.
Result<std::vector<Uuid>> take_orphans(db::Connection& connection, const PromotionRequest& request,
                                       const Computed& computed, double limit) {
  std::vector<Uuid> ids;
  if (!request.prune) return ids;
  const auto dependents =
      TRY(find_dependents(connection, computed.pair, computed.selection, computed.plan, computed.orphans));
  TRY(check_prune(connection, computed.pair, computed.orphans, dependents, request.prune_limit.value_or(limit)));
  for (const Orphan& orphan : computed.orphans) ids.push_back(orphan.id);
  return ids;
}

// With a plan, what the plan was made with.
Result<PromotionRequest> request_of(const PromotionRequest& asked, const std::optional<StoredPlan>& plan) {
  PromotionRequest request = asked;
  if (plan) TRY(read_options(plan->row.request, request));
  return request;
}

bool writes_something(const Computed& computed) {
  const Counts counts = total(computed.outcome);
  return counts.created + counts.updated + counts.pruned > 0;
}

// Once: all of it or nothing.
Result<Report> promote_once(const Services& services, const PromotionRequest& asked) {
  const TimeMs started_at = services.clock();
  const auto transaction = TRY(services.database.begin_write(db::writing(asked.target, {asked.principal.tenant})));
  db::Connection& connection = transaction->connection();
  TRY(fetch_ahead(connection, asked));
  const access::Authorised authorised = TRY(access::authorise_promotion(connection, asked.principal, asked.target));
  const Pair pair{.source = authorised.source, .target = authorised.target};
  if (std::optional<Report> answer = TRY(find_answer(connection, asked, started_at))) return std::move(*answer);
  const std::optional<StoredPlan> plan = TRY(load_stored_plan(connection, pair, asked.plan_id, started_at));
  const PromotionRequest request = TRY(request_of(asked, plan));
  TRY(access::check_policy(authorised.policy, pair.source, request.steps, started_at));

  const Computed computed = TRY(compute(connection, request, pair));
  if (plan) TRY(check_unmoved(connection, *plan, computed));
  TRY(check_drift(connection, request, computed));
  TRY(check_approved(
      connection, authorised.policy,
      {.plan = plan ? &plan->row : nullptr, .writes = writes_something(computed), .principal = request.principal},
      started_at));
  TRY(check_wanted(request.progress));
  const std::vector<Uuid> pruned = TRY(take_orphans(connection, request, computed, authorised.policy.prune_limit));
  ProgressCount progress(request.progress, computed.selection, computed.plan);
  Ledger ledger = TRY(apply_plan(connection, services, request, computed, pruned, started_at, progress));
  ledger.watermarks_before = computed.watermarks;
  ledger.watermarks_after = watermarks_after(request, computed);
  if (prunes_adopted(computed)) TRY(store::forget_watermarks_into(connection, pair.target));
  std::future<store::LedgerRow> packed = pack_ledger(ledger);
  TRY(change_watermarks(connection, pair, ledger.watermarks_before, ledger.watermarks_after));
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
  TRY(record_ledger(connection, services, pair, report.run_id, std::move(packed), started_at));
  TRY(remember_answer(connection, asked, pair, report));
  TRY(check_wanted(request.progress));
  TRY(transaction->commit());
  return report;
}

Result<Report> promote_with_retries(const Services& services, const PromotionRequest& request) {
  return db::with_retries([&] { return promote_once(services, request); });
}

// What the target may want approved is kept as a plan first. One that turns out to need nobody's word is applied.
Result<Report> promote_by_plan(const Services& services, PromotionRequest request) {
  const KeptPlan plan = TRY(keep_plan(services, request));
  if (plan.waits) {
    return Fail{{.kind = ErrorKind::conflict,
                 .code = std::string(kApprovalRequired),
                 .message = "The target wants this to be approved. It is kept as a plan.",
                 .extension_json = plan_extension(plan.id)}};
  }
  request.plan_id = plan.id;
  return promote_with_retries(services, request);
}

}  // namespace

Result<Report> promote(const Services& services, const PromotionRequest& asked) {
  auto report = promote_with_retries(services, asked);
  if (report.ok() || report.error().code != kApprovalRequired) return report;
  return promote_by_plan(services, asked);
}

}  // namespace syncline::promotion
