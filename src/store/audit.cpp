#include "store/audit.h"

namespace syncline::store {
namespace {

constexpr db::Query kHead{"audit.head", R"sql(
    SELECT seq, hash FROM audit WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1
)sql"};
// Two that would follow the same row meet at the key: a chain never forks.
constexpr db::Query kInsert{"audit.insert", R"sql(
    INSERT INTO audit (tenant_id, seq, at, actor, token, action, subject_kind, subject_id, subject_name, details,
                       request_id, previous, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
)sql"};

#define SYNCLINE_AUDIT_COLUMNS                                                                           \
  "a.tenant_id, a.seq, a.at, a.actor, a.token, a.action, a.subject_kind, a.subject_id, a.subject_name, " \
  "a.details, a.request_id, a.previous, a.hash, p.email"

// A parameter that may be NULL stands beside its column first: PostgreSQL takes its type from there. Filters read the
// chain back by its key: an index by subject would make each change write nearly twice the pages for its audit row.
constexpr db::Query kList{"audit.list", "SELECT " SYNCLINE_AUDIT_COLUMNS R"sql(
    FROM audit a LEFT JOIN persons p ON p.id = a.actor
    WHERE a.tenant_id = $1 AND a.seq < $2
      AND (a.action = $3 OR $3 IS NULL)
      AND (a.actor = $4 OR $4 IS NULL)
      AND (a.subject_id = $5 OR $5 IS NULL)
      AND (a.at >= $6 OR $6 IS NULL)
      AND (a.at < $7 OR $7 IS NULL)
    ORDER BY a.seq DESC LIMIT $8
)sql"};
// By the index audit_deletions, which holds these only.
constexpr db::Query kDeletion{"audit.deletion", R"sql(
    SELECT actor, at FROM audit
    WHERE tenant_id = $1 AND subject_id = $2 AND action = 'resource.delete' AND at >= $3
    ORDER BY at DESC LIMIT 1
)sql"};
constexpr db::Query kRead{"audit.read", "SELECT " SYNCLINE_AUDIT_COLUMNS R"sql(
    FROM audit a LEFT JOIN persons p ON p.id = a.actor
    WHERE a.tenant_id = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3
)sql"};

// A damaged row is read as far as it can be: it is the chain's to say what is wrong with it.
Digest read_hash(std::string_view bytes) {
  Digest hash{};
  if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

AuditRow read_row(const db::Row& row) {
  return {.tenant = row.string(0),
          .seq = row.integer(1),
          .at = row.integer(2),
          .actor = row.maybe_uuid(3),
          .token = row.maybe_uuid(4),
          .action = row.string(5),
          .subject_kind = row.string(6),
          .subject_id = row.string(7),
          .subject_name = row.string(8),
          .details = row.string(9),
          .request_id = row.string(10),
          .previous = read_hash(row.bytes(11)),
          .hash = read_hash(row.bytes(12)),
          .actor_email = row.maybe_string(13)};
}

}  // namespace

Result<AuditHead> read_audit_head(db::Connection& connection, std::string_view tenant) {
  const auto head = TRY(connection.one(kHead, {tenant}, [](const db::Row& row) {
    return AuditHead{.seq = row.integer(0), .hash = read_hash(row.bytes(1))};
  }));
  return head.value_or(AuditHead{});
}

db::Ask audit_head_question(std::string_view tenant) { return {kHead, {tenant}}; }

Done insert_audit(db::Connection& connection, const AuditRow& row) {
  return connection.later(
      kInsert, {std::string_view(row.tenant), row.seq, row.at, db::maybe(row.actor), db::maybe(row.token),
                std::string_view(row.action), std::string_view(row.subject_kind), std::string_view(row.subject_id),
                std::string_view(row.subject_name), std::string_view(row.details), std::string_view(row.request_id),
                db::param(row.previous), db::param(row.hash)});
}

Result<std::vector<AuditRow>> list_audit(db::Connection& connection, std::string_view tenant, const AuditFilter& filter,
                                         std::int64_t before, std::int64_t limit) {
  return connection.list(kList,
                         {tenant, before, db::maybe(filter.action), db::maybe(filter.actor), db::maybe(filter.subject),
                          db::maybe(filter.since), db::maybe(filter.until), limit},
                         read_row);
}

Result<std::optional<Deletion>> find_deletion(db::Connection& connection, std::string_view tenant, const Uuid& resource,
                                              TimeMs since) {
  const std::string subject = resource.text();
  return connection.one(kDeletion, {tenant, std::string_view(subject), since},
                        [](const db::Row& row) { return Deletion{.by = row.maybe_uuid(0), .at = row.integer(1)}; });
}

Result<std::vector<AuditRow>> read_audit(db::Connection& connection, std::string_view tenant, std::int64_t after,
                                         std::int64_t limit) {
  return connection.list(kRead, {tenant, after, limit}, read_row);
}

}  // namespace syncline::store
