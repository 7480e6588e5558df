#include "promotion/deletions.h"

#include <utility>

#include "base/json.h"
#include "promotion/ledger.h"
#include "store/runs.h"

namespace syncline::promotion {
namespace {

constexpr std::int64_t kPage = 500;
constexpr TimeMs kLongestRun = 3'600'000;  // One that had begun may have deleted later.

// Whether a run has deleted anything, by pruning or by undoing what created it.
bool has_deleted(const store::RunRow& run) {
  const auto summary = json::parse(run.summary.value_or("{}"));
  const json::Value* count = summary.ok() ? summary.value().at(run.kind == "rollback" ? "deleted" : "pruned") : nullptr;
  return count != nullptr && count->integer() != nullptr && *count->integer() > 0;
}

}  // namespace

Result<std::optional<store::Deletion>> Deletions::find(db::Connection& connection, const Uuid& id) {
  if (!by_runs_) TRY(read_runs(connection));
  const std::optional<store::Deletion> by_hand = TRY(store::find_deletion(connection, tenant_, id, since_));
  const auto by_run = by_runs_->find(id);
  if (by_run == by_runs_->end() || (by_hand && by_hand->at > by_run->second.at)) return by_hand;
  return std::optional(by_run->second);
}

Done Deletions::read_runs(db::Connection& connection) {
  by_runs_.emplace();
  Uuid before;
  before.bytes.fill(0xff);
  for (;;) {
    const std::vector<store::RunRow> runs = TRY(store::list_runs(
        connection, tenant_, {.target = tenant_, .status = "succeeded", .since = since_ - kLongestRun}, before, kPage));
    for (const store::RunRow& run : runs) {
      const TimeMs at = run.finished_at.value_or(run.started_at);
      if (at < since_ || !has_deleted(run)) continue;
      const std::optional<Ledger> ledger = TRY(load_ledger(connection, tenant_, run.id, at));
      if (!ledger) continue;
      for (const LedgerEntry& entry : ledger->entries) {
        if (entry.state == 0) by_runs_->emplace(entry.id, store::Deletion{.by = run.started_by, .at = at});
      }
    }
    if (static_cast<std::int64_t>(runs.size()) < kPage) return done();
    before = runs.back().id;
  }
}

}  // namespace syncline::promotion
