#include "promotion/plans.h"

#include <map>
#include <utility>

#include "base/json.h"
#include "catalog/view.h"
#include "promotion/approvals.h"
#include "promotion/compressed.h"
#include "store/promotion.h"

namespace syncline::promotion {
namespace {

std::string_view status_of(const store::PlanRow& plan, TimeMs now) {
  if (plan.run) return "applied";
  return plan.expires_at > now ? "open" : "expired";
}

json::Value steps_json(std::string_view names) {
  json::Array steps;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    steps.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return steps;
}

Fail no_such_plan() { return fail(ErrorKind::not_found, "not_found", "There is no such plan."); }

// The policies of targets that the person is a member of, each read once.
class Policies {
 public:
  Policies(db::Connection& connection, const Principal& principal) : connection_(connection), principal_(principal) {}

  Result<const access::SyncPolicy*> of(const std::string& target) {
    auto known = known_.find(target);
    if (known == known_.end()) known = known_.emplace(target, TRY(read(target))).first;
    return known->second ? &*known->second : nullptr;
  }

 private:
  Result<std::optional<access::SyncPolicy>> read(const std::string& target) {
    if (!TRY(store::has_account(connection_, target, principal_.person))) return std::optional<access::SyncPolicy>();
    return std::optional(TRY(policy_of(connection_, target)));
  }

  db::Connection& connection_;
  const Principal& principal_;
  std::map<std::string, std::optional<access::SyncPolicy>> known_;
};

// A plan, to a member of either tenant.
struct Visible {
  store::PlanRow plan;
  bool of_target = false;
};
Result<Visible> find_visible(db::Connection& connection, const Principal& principal, const Uuid& id) {
  std::optional<store::PlanRow> plan = TRY(store::find_plan(connection, id));
  if (!plan) return no_such_plan();
  const bool of_source = TRY(store::has_account(connection, plan->source, principal.person));
  const bool of_target = TRY(store::has_account(connection, plan->target, principal.person));
  if (!of_source && !of_target) return no_such_plan();
  return Visible{.plan = std::move(*plan), .of_target = of_target};
}

Fail used(const Uuid& run) {
  return fail(ErrorKind::conflict, "plan_used", "This plan was applied already, by the run " + run.text() + ".");
}

}  // namespace

Result<std::string> plan_json(db::Connection& connection, const store::PlanRow& plan, const access::SyncPolicy* policy,
                              std::string_view document, TimeMs now) {
  catalog::People people(connection);
  const json::Value options = TRY(json::parse(plan.request, {.depth = 64, .nodes = 10'000'000}));
  const auto option = [&](std::string_view name, const json::Value& otherwise) {
    const json::Value* value = options.at(name);
    return value == nullptr ? otherwise : *value;
  };
  const json::Value creator = TRY(people.of(plan.created_by));
  json::Value approval;
  if (policy != nullptr) approval = TRY(approval_json(connection, *policy, plan, now));
  std::optional<std::string> run;
  if (plan.run) run = plan.run->text();
  std::string out = json::write(
      json::Object{{"planId", plan.id.text()},
                   {"digest", to_hex({reinterpret_cast<const char*>(plan.digest.data()), plan.digest.size()})},
                   {"kind", plan.kind},
                   {"source", plan.source},
                   {"target", plan.target},
                   {"steps", steps_json(plan.steps)},
                   {"releaseId", option("releaseId", nullptr)},
                   {"onDrift", option("onDrift", "overwrite")},
                   {"prune", option("prune", false)},
                   {"credentials", option("credentials", "copy")},
                   {"sourceRevision", plan.source_revision},
                   {"createdBy", creator},
                   {"createdAt", format_time(plan.created_at)},
                   {"expiresAt", format_time(plan.expires_at)},
                   {"status", status_of(plan, now)},
                   {"runId", run},
                   {"summary", json::Raw{plan.summary}},
                   {"risky", plan.risky},
                   {"approval", std::move(approval)}});
  out.pop_back();
  out.append(document).append("}");
  return out;
}

Done store_plan(db::Connection& connection, const NewPlan& plan) {
  return store::insert_plan(connection, plan.row,
                            {.document = compress(plan.document), .states = compress(plan.states)});
}

Result<PlanListing> list_plans(const Services& services, const Principal& principal, store::PlanFilter filter,
                               const std::optional<Uuid>& before, std::int64_t limit) {
  const auto transaction =
      TRY(services.database.begin_read({.reads = {principal.tenant}, .member_of = principal.person}));
  db::Connection& connection = transaction->connection();
  Uuid newest;
  newest.bytes.fill(0xff);
  filter.now = services.clock();
  const std::vector<store::PlanRow> plans =
      TRY(store::list_plans(connection, principal.tenant, filter, before.value_or(newest), limit));
  PlanListing listing;
  Policies policies(connection, principal);
  for (const store::PlanRow& plan : plans) {
    const access::SyncPolicy* policy = TRY(policies.of(plan.target));
    listing.items.push_back(TRY(plan_json(connection, plan, policy, "", filter.now)));
  }
  if (plans.size() == static_cast<std::size_t>(limit)) listing.last = plans.back().id;
  return listing;
}

Result<std::string> get_plan(const Services& services, const Principal& principal, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  db::Connection& connection = transaction->connection();
  const Visible found = TRY(find_visible(connection, principal, id));
  std::optional<access::SyncPolicy> policy;
  if (found.of_target) policy = TRY(policy_of(connection, found.plan.target));
  const store::PlanTexts texts = TRY(store::load_plan_texts(connection, found.plan));
  const std::string document = TRY(decompress(texts.document));
  return plan_json(connection, found.plan, policy ? &*policy : nullptr, document, services.clock());
}

Result<std::string> get_plan_graph(const Services& services, const Principal& principal, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_read(db::reading_as(principal.person)));
  db::Connection& connection = transaction->connection();
  const Visible found = TRY(find_visible(connection, principal, id));
  const store::PlanTexts texts = TRY(store::load_plan_texts(connection, found.plan));
  const std::string states = TRY(decompress(texts.states));
  return std::string(json::member_text(states, "graph"));
}

Result<store::PlanRow> take_plan(db::Connection& connection, const Pair& pair, std::string_view kind, const Uuid& id,
                                 TimeMs now) {
  std::optional<store::PlanRow> plan = TRY(store::find_plan(connection, id));
  if (!plan || plan->source != pair.source || plan->target != pair.target || plan->kind != kind) return no_such_plan();
  if (plan->run) return used(*plan->run);
  if (plan->expires_at <= now) {
    return fail(ErrorKind::conflict, "plan_expired",
                "This plan expired at " + format_time(plan->expires_at) + ". Plan again.");
  }
  return std::move(*plan);
}

Result<std::optional<Uuid>> release_of(db::Connection& connection, const PromotionRequest& request) {
  if (!request.plan_id) return request.release_id;
  const std::optional<store::PlanRow> plan = TRY(store::find_plan(connection, *request.plan_id));
  if (!plan) return std::optional<Uuid>();
  PromotionRequest planned = request;
  TRY(read_options(plan->request, planned));
  return planned.release_id;
}

Done mark_used(db::Connection& connection, const store::PlanRow& plan, const Uuid& run) {
  if (!TRY(store::use_plan(connection, plan, run))) {
    return fail(ErrorKind::conflict, "plan_used", "This plan was applied already.");
  }
  return done();
}

}  // namespace syncline::promotion
