#include "promotion/plan_promotion.h"

#include <utility>

#include "access/authorise.h"
#include "promotion/approvals.h"
#include "promotion/plans.h"
#include "promotion/preflight.h"
#include "promotion/stale.h"

namespace syncline::promotion {
namespace {

using Dependents = std::vector<std::vector<Dependent>>;

std::string document_of(const PromotionRequest& request, const Computed& computed, const Description& description,
                        const std::vector<std::string>& missing_credentials, const std::vector<access::Block>& blocks,
                        const Dependents& dependents) {
  std::string out;
  append_by_step(out, request.steps, computed.outcome);
  append_items(out, computed.selection, computed.plan, computed.outcome, description.items, computed.pruned(),
               request.include_unchanged);
  out.append(",\"orphans\":").append(orphans_json(computed.orphans, &dependents, request.prune));
  append_preflight(out, computed, description, missing_credentials, blocks);
  append_warnings(out, computed.warnings);
  return out;
}

// What would refuse the pruning, were the plan applied now.
Done add_prune_blocks(db::Connection& connection, const PromotionRequest& request, const Computed& computed,
                      const Dependents& dependents, double limit, std::vector<access::Block>& blocks) {
  if (!request.prune) return done();
  const Done checked = check_prune(connection, computed.pair, computed.orphans, dependents, limit);
  if (checked.ok()) return done();
  if (checked.error().kind != ErrorKind::conflict) return Fail{checked.error()};
  blocks.push_back({.kind = checked.error().kind, .code = checked.error().code, .detail = checked.error().message});
  return done();
}

struct ComputedPlan {
  NewPlan plan;
  access::SyncPolicy policy;  // of the target
};

Result<ComputedPlan> compute_plan(const Services& services, const PromotionRequest& request, TimeMs now) {
  NewPlan plan;
  access::SyncPolicy policy;
  {
    const auto transaction = TRY(services.database.begin_read(db::reading({request.principal.tenant, request.target})));
    db::Connection& connection = transaction->connection();
    const access::Authorised authorised =
        TRY(access::authorise_promotion(connection, request.principal, request.target));
    const Pair pair{.source = authorised.source, .target = authorised.target};
    const Computed computed = TRY(compute(connection, request, pair));
    const Description description = TRY(describe(connection, request, computed));
    const std::vector<std::string> missing = TRY(find_missing_credentials(connection, request, computed));
    plan.row = {.id = make_uuid7(now),
                .source = pair.source,
                .target = pair.target,
                .kind = "sync",
                .steps = step_names(request.steps),
                .request = write_options(request),
                .source_revision = computed.source.revision,
                .target_revision = computed.target.revision,
                .summary = counts_json(total(computed.outcome)),
                .risky = description.risky,
                .created_by = request.principal.person,
                .created_at = now,
                .expires_at = now + kPlanLifetime};
    plan.row.digest = digest_of(computed, plan.row.request);
    const Dependents dependents =
        TRY(find_dependents(connection, pair, computed.selection, computed.plan, computed.orphans));
    std::vector<access::Block> blocks = access::find_blocks(authorised.policy, pair.source, request.steps, now);
    TRY(add_prune_blocks(connection, request, computed, dependents,
                         request.prune_limit.value_or(authorised.policy.prune_limit), blocks));
    plan.document = document_of(request, computed, description, missing, blocks, dependents);
    plan.states = states_json(computed, description.changes);
    policy = authorised.policy;
  }
  return ComputedPlan{.plan = std::move(plan), .policy = std::move(policy)};
}

// A plan is nobody's content: it is kept without waiting for anybody's turn. The target's approvers are told of it.
Result<std::unique_ptr<db::Transaction>> begin_keeping(const Services& services, const store::PlanRow& plan) {
  return services.database.begin_write({.writes = {plan.source, plan.target}, .turn = db::Scope::Turn::none});
}

}  // namespace

Result<KeptPlan> keep_plan(const Services& services, const PromotionRequest& request) {
  const auto [plan, policy] = TRY(compute_plan(services, request, services.clock()));
  const auto transaction = TRY(begin_keeping(services, plan.row));
  TRY(store_plan(transaction->connection(), plan));
  TRY(tell_approvers(transaction->connection(), policy, plan.row, services.clock()));
  TRY(transaction->commit());
  return KeptPlan{.id = plan.row.id, .waits = needs_approval(policy, plan.row)};
}

Result<std::string> plan_promotion(const Services& services, const PromotionRequest& request) {
  const TimeMs now = services.clock();
  const auto [plan, policy] = TRY(compute_plan(services, request, now));
  const auto transaction = TRY(begin_keeping(services, plan.row));
  TRY(store_plan(transaction->connection(), plan));
  TRY(tell_approvers(transaction->connection(), policy, plan.row, now));
  std::string text = TRY(plan_json(transaction->connection(), plan.row, &policy, plan.document, now));
  TRY(transaction->commit());
  return text;
}

}  // namespace syncline::promotion
