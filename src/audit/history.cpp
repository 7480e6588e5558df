#include "audit/history.h"

#include <memory>
#include <utility>

namespace syncline::audit {
namespace {

constexpr std::int64_t kPage = 500;

struct Export {
  db::Database& database;
  std::string tenant;
  std::int64_t seq = 0;
  std::int64_t last = -1;  // where the chain ended when it began; -1: not looked yet
};

Result<std::string> next_lines(Export& state) {
  const auto transaction = TRY(state.database.begin_read(db::reading(state.tenant)));
  db::Connection& connection = transaction->connection();
  if (state.last < 0) {
    const store::AuditHead head = TRY(store::read_audit_head(connection, state.tenant));
    state.last = head.seq;
  }
  std::string lines;
  if (state.seq >= state.last) return lines;
  const std::vector<store::AuditRow> rows = TRY(store::read_audit(connection, state.tenant, state.seq, kPage));
  for (const store::AuditRow& row : rows) {
    if (row.seq > state.last) break;
    lines += json::write(row_json(row)) + "\n";
    state.seq = row.seq;
  }
  return lines;
}

json::Value id_json(const std::optional<Uuid>& id) { return id ? json::Value(id->text()) : json::Value(); }

}  // namespace

Result<std::vector<store::AuditRow>> list(db::Database& database, std::string_view tenant,
                                          const store::AuditFilter& filter, std::int64_t before, std::int64_t limit) {
  const auto transaction = TRY(database.begin_read(db::reading(std::string(tenant))));
  return store::list_audit(transaction->connection(), tenant, filter, before, limit);
}

json::Value row_json(const store::AuditRow& row) {
  json::Value actor;
  if (row.actor) actor = json::Object{{"id", row.actor->text()}, {"email", row.actor_email}};
  json::Value subject;
  if (!row.subject_kind.empty()) {
    subject = json::Object{{"kind", row.subject_kind}, {"id", row.subject_id}, {"name", row.subject_name}};
  }
  return json::Object{{"seq", row.seq},
                      {"at", format_time(row.at)},
                      {"actor", std::move(actor)},
                      {"tokenId", id_json(row.token)},
                      {"action", row.action},
                      {"subject", std::move(subject)},
                      {"details", json::Raw{row.details}},
                      {"requestId", row.request_id.empty() ? json::Value() : json::Value(row.request_id)},
                      {"previous", to_hex(row.previous)},
                      {"hash", to_hex(row.hash)}};
}

std::function<Result<std::string>()> export_lines(db::Database& database, std::string tenant) {
  const auto state = std::make_shared<Export>(Export{.database = database, .tenant = std::move(tenant)});
  return [state] { return next_lines(*state); };
}

Result<Verified> verify(db::Database& database, std::string_view tenant, const std::optional<Digest>& expected_head) {
  const auto transaction = TRY(database.begin_read(db::reading(std::string(tenant))));
  ChainCheck check(std::string(tenant), expected_head);
  std::int64_t after = INT64_MIN;
  for (;;) {
    const std::vector<store::AuditRow> rows = TRY(store::read_audit(transaction->connection(), tenant, after, kPage));
    for (const store::AuditRow& row : rows) check.take(row);
    if (rows.empty() || check.verdict().first_bad) break;
    after = rows.back().seq;
  }
  return Verified{.verdict = check.verdict(), .valid = check.is_valid(), .expected_head = expected_head};
}

json::Value verified_json(const Verified& verified) {
  const Verdict& verdict = verified.verdict;
  json::Value found;
  if (verified.expected_head) found = verdict.expected_head_found;
  return json::Object{{"valid", verified.valid},
                      {"rows", verdict.rows},
                      {"head", verdict.rows == 0 ? json::Value() : json::Value(to_hex(verdict.head))},
                      {"firstBad", verdict.first_bad},
                      {"expectedHeadFound", std::move(found)}};
}

}  // namespace syncline::audit
