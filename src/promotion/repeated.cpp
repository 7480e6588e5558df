#include "promotion/repeated.h"

#include <utility>

#include "promotion/compressed.h"
#include "store/idempotency.h"
#include "store/runs.h"

namespace syncline::promotion {
namespace {

Fail reused() {
  return fail(ErrorKind::invalid, "idempotency_key_reused",
              "This Idempotency-Key came with another request. Make a new one for each.");
}

}  // namespace

Result<std::optional<Report>> find_answer(db::Connection& connection, const PromotionRequest& request, TimeMs now) {
  const std::optional<IdempotencyKey>& key = request.idempotency_key;
  if (!key) return std::optional<Report>();
  const Principal& who = request.principal;
  const auto known = TRY(store::find_idempotency_key(connection, who.tenant, who.person, key->text));
  if (!known) return std::optional<Report>();
  if (known->request != key->request) return reused();
  auto found = TRY(store::find_run(connection, known->run));
  if (!found || !found->report) {
    return fail(ErrorKind::conflict, "run_gone", "The run this key stands for is no longer kept.");
  }
  std::string text = TRY(decompress(*found->report));
  return std::optional(Report{.run_id = known->run,
                              .started_at = found->run.started_at,
                              .finished_at = found->run.finished_at.value_or(now),
                              .summary = found->run.summary.value_or("{}"),
                              .text = std::move(text)});
}

Done remember_answer(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                     const Report& report) {
  const std::optional<IdempotencyKey>& key = request.idempotency_key;
  if (!key) return done();
  auto inserted = store::insert_idempotency_key(connection, pair.source, pair.target, request.principal.person,
                                                key->text, {key->request, report.run_id}, report.started_at);
  // A request into another target took it meanwhile.
  if (!inserted.ok() && inserted.error().code == "duplicate") return reused();
  TRY(std::move(inserted));
  return store::delete_idempotency_keys(connection, pair.source, pair.target, report.started_at - kKeyKept);
}

}  // namespace syncline::promotion
