#include "promotion/ahead.h"

#include "promotion/changed.h"
#include "store/audit.h"
#include "store/idempotency.h"
#include "store/ledgers.h"
#include "store/overrides.h"
#include "store/people.h"
#include "store/promotion.h"
#include "store/runs.h"

namespace syncline::promotion {

Done fetch_ahead(db::Connection& connection, const PromotionRequest& request) {
  const Principal& who = request.principal;
  std::vector<db::Ask> asks = store::sync_questions(who.tenant, request.target, kMostRows);
  asks.push_back(store::overridden_question(request.target));
  asks.push_back(store::account_question(who.tenant, who.person));
  asks.push_back(store::account_question(request.target, who.person));
  asks.push_back(store::tenant_question(request.target));
  asks.push_back(store::audit_head_question(request.target));
  if (request.idempotency_key) {
    asks.push_back(store::idempotency_question(who.tenant, who.person, request.idempotency_key->text));
  }
  return connection.fetch_ahead(asks);
}

Done fetch_ahead(db::Connection& connection, const RollbackRequest& request, const Pair& pair, TimeMs now) {
  const Uuid& person = request.principal.person;
  const std::vector<db::Ask> asks = {store::run_question(request.run),
                                     store::account_question(pair.source, person),
                                     store::account_question(pair.target, person),
                                     store::tenant_question(pair.target),
                                     store::ledger_question(pair.target, request.run, now),
                                     store::watermarks_question(pair.source, pair.target),
                                     store::audit_head_question(pair.target)};
  return connection.fetch_ahead(asks);
}

}  // namespace syncline::promotion
