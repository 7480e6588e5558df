#include "store/plans.h"

namespace syncline::store {
namespace {

#define SYNCLINE_PLAN_COLUMNS                                                                           \
  "id, source_id, target_id, kind, steps, request, digest, source_revision, target_revision, summary, " \
  "risky, created_by, created_at, expires_at, run_id"

constexpr db::Query kInsertPlan{"plans.insert", R"sql(
    INSERT INTO plans (source_id, target_id, id, kind, steps, request, digest, source_revision, target_revision,
                       summary, risky, created_by, created_at, expires_at, run_id, document, states)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, $15, $16)
)sql"};
constexpr db::Query kFindPlan{"plans.find", "SELECT " SYNCLINE_PLAN_COLUMNS R"sql(
    FROM plans WHERE id = $1
)sql"};
constexpr db::Query kLoadTexts{"plans.texts", R"sql(
    SELECT document, states FROM plans WHERE source_id = $1 AND target_id = $2 AND id = $3
)sql"};
constexpr db::Query kUsePlan{"plans.use", R"sql(
    UPDATE plans SET run_id = $4 WHERE source_id = $1 AND target_id = $2 AND id = $3 AND run_id IS NULL
)sql"};

// Each side by its own index; a plan is on one side only, for source and target differ.
constexpr db::Query kListPlans{"plans.list", "SELECT " SYNCLINE_PLAN_COLUMNS R"sql(
    FROM plans
    WHERE (source_id = $1 OR target_id = $1) AND id < $2
          AND ($3 = '' OR source_id = $3) AND ($4 = '' OR target_id = $4)
          AND ($5 = '' OR ($5 = 'applied' AND run_id IS NOT NULL)
               OR ($5 = 'open' AND run_id IS NULL AND expires_at > $6)
               OR ($5 = 'expired' AND run_id IS NULL AND expires_at <= $6))
    ORDER BY id DESC LIMIT $7
)sql"};

constexpr db::Query kListExpired{"plans.expired", R"sql(
    SELECT source_id, target_id, id FROM plans WHERE run_id IS NULL AND expires_at < $1 LIMIT $2
)sql"};
constexpr db::Query kDeletePlan{"plans.delete", R"sql(
    DELETE FROM plans WHERE source_id = $1 AND target_id = $2 AND id = $3 AND run_id IS NULL
)sql"};
constexpr db::Query kDeleteApprovals{"plans.delete_approvals", R"sql(
    DELETE FROM approvals WHERE source_id = $1 AND target_id = $2 AND plan_id = $3
)sql"};

PlanRow read_plan(const db::Row& row) {
  return {.id = row.uuid(0),
          .source = row.string(1),
          .target = row.string(2),
          .kind = row.string(3),
          .steps = row.string(4),
          .request = row.string(5),
          .digest = row.digest(6),
          .source_revision = row.integer(7),
          .target_revision = row.integer(8),
          .summary = row.string(9),
          .risky = row.boolean(10),
          .created_by = row.uuid(11),
          .created_at = row.integer(12),
          .expires_at = row.integer(13),
          .run = row.maybe_uuid(14)};
}

}  // namespace

Done insert_plan(db::Connection& connection, const PlanRow& plan, const PlanTexts& texts) {
  TRY(connection.execute(
      kInsertPlan, {plan.source, plan.target, plan.id, plan.kind, plan.steps, plan.request, db::param(plan.digest),
                    plan.source_revision, plan.target_revision, plan.summary, plan.risky, plan.created_by,
                    plan.created_at, plan.expires_at, db::Bytes{texts.document}, db::Bytes{texts.states}}));
  return done();
}

Result<std::optional<PlanRow>> find_plan(db::Connection& connection, const Uuid& id) {
  return connection.one(kFindPlan, {id}, read_plan);
}

Result<PlanTexts> load_plan_texts(db::Connection& connection, const PlanRow& plan) {
  std::optional<PlanTexts> texts =
      TRY(connection.one(kLoadTexts, {plan.source, plan.target, plan.id}, [](const db::Row& row) {
        return PlanTexts{.document = std::string(row.bytes(0)), .states = std::string(row.bytes(1))};
      }));
  ensure(texts.has_value(), "A plan that was found has its texts.");
  return std::move(*texts);
}

Result<bool> use_plan(db::Connection& connection, const PlanRow& plan, const Uuid& run) {
  const std::int64_t changed = TRY(connection.execute(kUsePlan, {plan.source, plan.target, plan.id, run}));
  return changed == 1;
}

Result<std::int64_t> delete_expired_plans(db::Connection& connection, TimeMs expired_before, std::int64_t limit) {
  struct Key {
    std::string source;
    std::string target;
    Uuid id;
  };
  const std::vector<Key> keys = TRY(connection.list(kListExpired, {expired_before, limit}, [](const db::Row& row) {
    return Key{.source = row.string(0), .target = row.string(1), .id = row.uuid(2)};
  }));
  for (const Key& key : keys) {
    const std::string_view source = key.source;
    const std::string_view target = key.target;
    TRY(connection.execute(kDeleteApprovals, {source, target, key.id}));
    TRY(connection.execute(kDeletePlan, {source, target, key.id}));
  }
  return static_cast<std::int64_t>(keys.size());
}

Result<std::vector<PlanRow>> list_plans(db::Connection& connection, std::string_view tenant, const PlanFilter& filter,
                                        const Uuid& before, std::int64_t limit) {
  return connection.list(kListPlans, {tenant, before, filter.source, filter.target, filter.status, filter.now, limit},
                         read_plan);
}

}  // namespace syncline::store
