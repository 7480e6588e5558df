#include "audit/record.h"

#include "audit/chain.h"

namespace syncline::audit {
namespace {

std::optional<Uuid> unless_zero(const Uuid& id) { return id == Uuid{} ? std::nullopt : std::optional(id); }

}  // namespace

Done record(db::Connection& connection, const Principal& who, TimeMs now, const Entry& entry) {
  const std::string_view tenant = entry.tenant.empty() ? std::string_view(who.tenant) : entry.tenant;
  const store::AuditHead head = TRY(store::read_audit_head(connection, tenant));
  store::AuditRow row{.tenant = std::string(tenant),
                      .seq = head.seq + 1,
                      .at = now,
                      .actor = unless_zero(who.person),
                      .token = unless_zero(who.token),
                      .action = std::string(entry.action),
                      .subject_kind = std::string(entry.subject.kind),
                      .subject_id = entry.subject.id,
                      .subject_name = std::string(entry.subject.name),
                      .details = json::write(entry.details),
                      .request_id = who.request_id,
                      .previous = head.hash};
  row.hash = hash_of(row);
  return store::insert_audit(connection, row);
}

json::Value change(json::Value before, json::Value after) {
  return json::Object{{"from", std::move(before)}, {"to", std::move(after)}};
}

}  // namespace syncline::audit
