#include "store/approvals.h"

namespace syncline::store {
namespace {

constexpr db::Query kList{"approvals.list", R"sql(
    SELECT a.person_id, a.digest, a.decision, a.comment, a.decided_at, p.email, c.role
    FROM approvals a
    JOIN persons p ON p.id = a.person_id
    LEFT JOIN accounts c ON c.tenant_id = a.target_id AND c.person_id = a.person_id
    WHERE a.target_id = $1 AND a.source_id = $2 AND a.plan_id = $3
    ORDER BY a.decided_at, a.person_id
)sql"};
constexpr db::Query kUpsert{"approvals.upsert", R"sql(
    INSERT INTO approvals (target_id, source_id, plan_id, person_id, digest, decision, comment, decided_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (target_id, source_id, plan_id, person_id) DO UPDATE
    SET digest = excluded.digest, decision = excluded.decision, comment = excluded.comment,
        decided_at = excluded.decided_at
)sql"};

}  // namespace

Result<std::vector<ApprovalRow>> list_approvals(db::Connection& connection, const PlanRow& plan) {
  return connection.list(kList, {std::string_view(plan.target), std::string_view(plan.source), plan.id},
                         [](const db::Row& row) {
                           return ApprovalRow{.person = row.uuid(0),
                                              .digest = row.digest(1),
                                              .decision = row.string(2),
                                              .comment = row.maybe_string(3),
                                              .decided_at = row.integer(4),
                                              .email = row.string(5),
                                              .role = row.is_null(6) ? std::nullopt : role_named(row.text(6))};
                         });
}

Done upsert_approval(db::Connection& connection, const PlanRow& plan, const ApprovalRow& approval) {
  TRY(connection.execute(kUpsert, {std::string_view(plan.target), std::string_view(plan.source), plan.id,
                                   approval.person, db::param(approval.digest), std::string_view(approval.decision),
                                   db::maybe(approval.comment), approval.decided_at}));
  return done();
}

}  // namespace syncline::store
