#include "promotion/repeated.h"

#include <utility>

#include "base/result.h"
#include "promotion/compressed.h"
#include "store/idempotency.h"
#include "store/runs.h"

namespace syncline::promotion {
namespace {

Fail reused() {
  return fail(ErrorKind::invalid, "idempotency_key_reused",
              "This Idempotency-Key came with another request. Make a new one for each.");
}

// The run of the request's key.
Result<std::optional<store::RunRow>> find_keyed_run(db::Connection& connection, const PromotionRequest& request) {
  const std::optional<IdempotencyKey>& key = request.idempotency_key;
  if (!key) return std::optional<store::RunRow>();
  const Principal& who = request.principal;
  const auto known = TRY(store::find_idempotency_key(connection, who.tenant, who.person, key->text));
  if (!known) return std::optional<store::RunRow>();
  if (known->request != key->request) return reused();
  auto found = TRY(store::find_run(connection, known->run));
  ensure(found.has_value(), "The run that a key stands for was written with it, and is kept.");
  return found;
}

}  // namespace

Result<std::optional<Report>> find_answer(db::Connection& connection, const PromotionRequest& request, TimeMs now) {
  const auto found = TRY(find_keyed_run(connection, request));
  if (!found) return std::optional<Report>();
  const auto report = TRY(store::find_report(connection, found->target, found->id));
  if (!report) {
    return fail(ErrorKind::conflict, "run_not_succeeded", "The run this key stands for has not ended, or not well.");
  }
  std::string text = TRY(decompress(*report));
  return std::optional(Report{.run_id = found->id,
                              .started_at = found->started_at,
                              .finished_at = found->finished_at.value_or(now),
                              .summary = found->summary.value_or("{}"),
                              .text = std::move(text)});
}

Result<std::optional<store::RunRow>> find_repeated_run(db::Connection& connection, const PromotionRequest& request) {
  return find_keyed_run(connection, request);
}

Done remember_answer(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                     const Report& report) {
  return remember_run(connection, request, pair, report.run_id, report.started_at);
}

Done remember_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Uuid& run,
                  TimeMs started_at) {
  const std::optional<IdempotencyKey>& key = request.idempotency_key;
  if (!key) return done();
  auto inserted = store::insert_idempotency_key(connection, pair.source, pair.target, request.principal.person,
                                                key->text, {key->request, run}, started_at);
  // A request into another target took it meanwhile.
  if (!inserted.ok() && inserted.error().code == "duplicate") return reused();
  TRY(std::move(inserted));
  return store::delete_idempotency_keys(connection, pair.source, pair.target, started_at - kKeyKept);
}

}  // namespace syncline::promotion
