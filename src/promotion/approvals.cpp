#include "promotion/approvals.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "audit/record.h"
#include "notify/webhooks.h"
#include "promotion/compressed.h"
#include "store/approvals.h"
#include "store/people.h"

namespace syncline::promotion {
namespace {

constexpr TimeMs kHour = TimeMs{60} * 60 * 1000;

bool writes_something(const store::PlanRow& plan) {
  const auto summary = json::parse(plan.summary);
  ensure(summary.ok(), "A plan's summary is JSON.");
  const auto count = [&](std::string_view name) {
    const json::Value* found = summary.value().at(name);
    return found == nullptr || found->integer() == nullptr ? std::int64_t{0} : *found->integer();
  };
  return count("created") + count("updated") + count("pruned") > 0;
}

struct ApprovalCount {
  std::vector<store::ApprovalRow> decisions;  // all
  std::vector<Uuid> granted;                  // by whom, of those that count
  std::string status;                         // pending | approved | denied | expired
  TimeMs expires_at = 0;
};

// A word counts while its person has the role, is not who made the plan, and it is not too old.
Result<ApprovalCount> count_approvals(db::Connection& connection, const access::ApprovalRule& rule,
                                      const store::PlanRow& plan, TimeMs now) {
  ApprovalCount counted{.decisions = TRY(store::list_approvals(connection, plan)), .granted = {}, .status = "pending"};
  counted.expires_at = plan.expires_at;
  bool denied = false;
  for (const store::ApprovalRow& row : counted.decisions) {
    if (row.digest != plan.digest || !row.role || *row.role < rule.minimum_role) continue;
    denied = denied || row.decision == "denied";
    const TimeMs lapses = row.decided_at + rule.expires_hours * kHour;
    if (row.decision != "approved" || row.person == plan.created_by || lapses <= now) continue;
    counted.granted.push_back(row.person);
    counted.expires_at = std::min(counted.expires_at, lapses);
  }
  if (denied)
    counted.status = "denied";
  else if (plan.expires_at <= now && !plan.run)
    counted.status = "expired";
  else if (static_cast<std::int64_t>(counted.granted.size()) >= rule.count)
    counted.status = "approved";
  return counted;
}

Fail refuse(std::string code, std::string message, const Uuid& plan) {
  return Fail{{.kind = ErrorKind::conflict,
               .code = std::move(code),
               .message = std::move(message),
               .extension_json = plan_extension(plan)}};
}

Done check_approver(db::Connection& connection, const access::SyncPolicy& policy, const Principal& principal,
                    const store::PlanRow& plan, const Decision& decision) {
  const std::optional<store::AccountRow> account = TRY(store::find_account(connection, plan.target, principal.person));
  if (!account || account->role < policy.approvals.minimum_role) {
    return fail(ErrorKind::forbidden, "role_required",
                "Approving needs the role " + std::string(role_name(policy.approvals.minimum_role)) + " in " +
                    plan.target + ".");
  }
  if (decision.approved && principal.person == plan.created_by) {
    return fail(ErrorKind::forbidden, "self_approval", "Somebody else must approve a plan than who made it.");
  }
  return done();
}

}  // namespace

bool needs_approval(const access::SyncPolicy& policy, const store::PlanRow& plan) {
  const access::ApprovalWhen when = policy.approvals.when;
  if (plan.kind == "rollback" || when == access::ApprovalWhen::never || !writes_something(plan)) return false;
  return when == access::ApprovalWhen::always || plan.risky;
}

Result<access::SyncPolicy> policy_of(db::Connection& connection, std::string_view tenant) {
  const std::optional<store::TenantRow> row = TRY(store::find_tenant(connection, tenant));
  if (!row) return fail(ErrorKind::not_found, "tenant_not_found", "There is no such tenant.");
  return access::read_policy(row->policy);
}

std::string plan_extension(const Uuid& plan) {
  return "\"planId\":\"" + plan.text() + "\",\"plan\":\"/api/tenant/sync/plans/" + plan.text() + "\"";
}

Done check_approved(db::Connection& connection, const access::SyncPolicy& policy, const ToApply& wanted, TimeMs now) {
  if (!wanted.writes || policy.approvals.when == access::ApprovalWhen::never) return done();
  if (wanted.plan == nullptr) {
    return fail(ErrorKind::conflict, std::string(kApprovalRequired), "The target wants this to be approved.");
  }
  const store::PlanRow& plan = *wanted.plan;
  if (!needs_approval(policy, plan)) return done();
  const ApprovalCount counted = TRY(count_approvals(connection, policy.approvals, plan, now));
  if (counted.status == "denied") return refuse("approval_denied", "This plan was denied.", plan.id);
  const bool by_somebody_else = std::any_of(counted.granted.begin(), counted.granted.end(),
                                            [&](const Uuid& person) { return person != wanted.principal.person; });
  if (counted.status == "approved" && by_somebody_else) return done();
  return refuse(std::string(kApprovalPending),
                "This plan has " + std::to_string(counted.granted.size()) + " of " +
                    std::to_string(policy.approvals.count) + " approvals, of which one must be somebody else's.",
                plan.id);
}

Done tell_approvers(db::Connection& connection, const access::SyncPolicy& policy, const store::PlanRow& plan,
                    TimeMs now) {
  if (!needs_approval(policy, plan)) return done();
  const json::Value data =
      json::Object{{"planId", plan.id.text()}, {"source", plan.source}, {"target", plan.target}, {"risky", plan.risky}};
  return notify::enqueue(connection, plan.target, "approval.wanted", json::write(data), now);
}

Result<json::Value> approval_json(db::Connection& connection, const access::SyncPolicy& policy,
                                  const store::PlanRow& plan, TimeMs now) {
  const ApprovalCount counted = TRY(count_approvals(connection, policy.approvals, plan, now));
  if (!needs_approval(policy, plan) && counted.decisions.empty()) return json::Value();
  json::Array decisions;
  for (const store::ApprovalRow& row : counted.decisions) {
    decisions.push_back(json::Object{{"by", json::Object{{"id", row.person.text()}, {"email", row.email}}},
                                     {"decision", row.decision},
                                     {"comment", row.comment},
                                     {"at", format_time(row.decided_at)}});
  }
  return json::Value(json::Object{{"required", policy.approvals.count},
                                  {"granted", counted.granted.size()},
                                  {"status", counted.status},
                                  {"expiresAt", format_time(counted.expires_at)},
                                  {"decisions", std::move(decisions)}});
}

Result<std::string> decide(const Services& services, const Principal& principal, const Uuid& id,
                           const Decision& decision) {
  const auto transaction = TRY(services.database.begin_write(db::writing(principal.tenant)));
  db::Connection& connection = transaction->connection();
  const TimeMs now = services.clock();
  const std::optional<store::PlanRow> found = TRY(store::find_plan(connection, id));
  if (!found || found->target != principal.tenant) {
    return fail(ErrorKind::not_found, "not_found", "There is no such plan.");
  }
  const store::PlanRow plan =
      TRY(take_plan(connection, {.source = found->source, .target = found->target}, found->kind, id, now));
  const access::SyncPolicy policy = TRY(policy_of(connection, plan.target));
  TRY(check_approver(connection, policy, principal, plan, decision));
  const std::string word = decision.approved ? "approved" : "denied";
  TRY(store::upsert_approval(connection, plan,
                             {.person = principal.person,
                              .digest = plan.digest,
                              .decision = word,
                              .comment = decision.comment,
                              .decided_at = now}));
  json::Object details{{"source", plan.source}, {"digest", to_hex(plan.digest)}};
  if (decision.comment) details.add("comment", *decision.comment);
  TRY(audit::record(connection, principal, now,
                    {.action = decision.approved ? "plan.approve" : "plan.deny",
                     .subject = {"plan", id.text()},
                     .details = std::move(details)}));
  const store::PlanTexts texts = TRY(store::load_plan_texts(connection, plan));
  const std::string document = TRY(decompress(texts.document));
  std::string shown = TRY(plan_json(connection, plan, &policy, document, now));
  TRY(transaction->commit());
  return shown;
}

Result<PlanListing> list_approvals(const Services& services, const Principal& principal, std::string_view status,
                                   const std::optional<Uuid>& before, std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(principal.tenant)));
  db::Connection& connection = transaction->connection();
  Uuid newest;
  newest.bytes.fill(0xff);
  const store::PlanFilter filter{.target = principal.tenant, .status = "open", .now = services.clock()};
  const access::SyncPolicy policy = TRY(policy_of(connection, principal.tenant));
  const std::vector<store::PlanRow> plans =
      TRY(store::list_plans(connection, principal.tenant, filter, before.value_or(newest), limit));
  PlanListing listing;
  for (const store::PlanRow& plan : plans) {
    if (!needs_approval(policy, plan)) continue;
    const ApprovalCount counted = TRY(count_approvals(connection, policy.approvals, plan, filter.now));
    if (status.empty() || counted.status == status) {
      listing.items.push_back(TRY(plan_json(connection, plan, &policy, "", filter.now)));
    }
  }
  if (plans.size() == static_cast<std::size_t>(limit)) listing.last = plans.back().id;
  return listing;
}

}  // namespace syncline::promotion
