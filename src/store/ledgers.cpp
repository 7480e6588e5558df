#include "store/ledgers.h"

namespace syncline::store {
namespace {

constexpr db::Query kInsert{"run_ledgers.insert", R"sql(
    INSERT INTO run_ledgers (tenant_id, run_id, expires_at, body_ids, lineage_ids, blob_ids, changes)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql"};

constexpr db::Query kFind{"run_ledgers.find", R"sql(
    SELECT changes FROM run_ledgers WHERE tenant_id = $1 AND run_id = $2 AND expires_at > $3
)sql"};

constexpr db::Query kDeleteExpired{"run_ledgers.delete_expired", R"sql(
    DELETE FROM run_ledgers WHERE tenant_id = $1 AND expires_at <= $2
)sql"};

}  // namespace

Done insert_ledger(db::Connection& connection, std::string_view tenant, const LedgerRow& ledger) {
  return connection.later(
      kInsert, {tenant, ledger.run, ledger.expires_at, db::Bytes{ledger.body_ids}, db::Bytes{ledger.lineage_ids},
                db::Bytes{ledger.blob_ids}, db::Bytes{ledger.changes}});
}

Result<std::optional<std::string>> find_ledger(db::Connection& connection, std::string_view tenant, const Uuid& run,
                                               TimeMs now) {
  return connection.one(kFind, {tenant, run, now}, [](const db::Row& row) { return std::string(row.bytes(0)); });
}

db::Ask ledger_question(std::string_view tenant, const Uuid& run, TimeMs now) { return {kFind, {tenant, run, now}}; }

Done delete_expired_ledgers(db::Connection& connection, std::string_view tenant, TimeMs now) {
  return connection.later(kDeleteExpired, {tenant, now});
}

}  // namespace syncline::store
