#include "promotion/deletions.h"

#include <utility>

#include "base/json.h"
#include "promotion/ledger.h"
#include "store/audit.h"

namespace syncline::promotion {
namespace {

constexpr std::int64_t kPage = 500;

// Whether a run has deleted anything, by pruning or by undoing what created it.
bool has_deleted(const store::AuditRow& row) {
  if (row.action != "sync.run" && row.action != "run.rollback") return false;
  const auto details = json::parse(row.details);
  const json::Value* summary = details.ok() ? details.value().at("summary") : nullptr;
  const json::Value* count =
      summary == nullptr ? nullptr : summary->at(row.action == "sync.run" ? "pruned" : "deleted");
  return count != nullptr && count->integer() != nullptr && *count->integer() > 0;
}

}  // namespace

Result<std::optional<Deletion>> Deletions::find(db::Connection& connection, const Uuid& id) {
  if (!known_) TRY(read(connection));
  known_ = true;
  const auto found = deletions_.find(id);
  return found == deletions_.end() ? std::optional<Deletion>() : std::optional(found->second);
}

Done Deletions::read(db::Connection& connection) {
  for (std::int64_t before = INT64_MAX;;) {
    const std::vector<store::AuditRow> rows = TRY(store::list_audit(connection, tenant_, {}, before, kPage));
    for (const store::AuditRow& row : rows) {
      if (row.at < since_) return done();
      const std::optional<Uuid> subject = parse_uuid(row.subject_id);
      if (!subject) continue;
      const Deletion deletion{.by = row.actor, .at = row.at};
      if (row.action == "resource.delete") deletions_.emplace(*subject, deletion);
      if (has_deleted(row)) TRY(read_ledger(connection, *subject, deletion));
    }
    if (rows.empty()) return done();
    before = rows.back().seq;
  }
}

Done Deletions::read_ledger(db::Connection& connection, const Uuid& run, const Deletion& deletion) {
  const std::optional<Ledger> ledger = TRY(load_ledger(connection, tenant_, run, deletion.at));
  if (!ledger) return done();
  for (const LedgerEntry& entry : ledger->entries) {
    if (entry.state == 0) deletions_.emplace(entry.id, deletion);
  }
  return done();
}

}  // namespace syncline::promotion
