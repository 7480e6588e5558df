#include "store/idempotency.h"

namespace syncline::store {
namespace {

constexpr db::Query kFindKey{"idempotency.find", R"sql(
    SELECT request, run_id FROM idempotency_keys WHERE source_id = $1 AND person_id = $2 AND key = $3
)sql"};
constexpr db::Query kInsertKey{"idempotency.insert", R"sql(
    INSERT INTO idempotency_keys (source_id, target_id, person_id, key, request, run_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql"};
constexpr db::Query kDeleteKeys{"idempotency.delete", R"sql(
    DELETE FROM idempotency_keys WHERE source_id = $1 AND target_id = $2 AND created_at < $3
)sql"};

}  // namespace

Result<std::optional<IdempotencyRow>> find_idempotency_key(db::Connection& connection, std::string_view source,
                                                           const Uuid& person, std::string_view key) {
  return connection.one(kFindKey, {source, person, key}, [](const db::Row& row) {
    return IdempotencyRow{.request = row.digest(0), .run = row.uuid(1)};
  });
}

db::Ask idempotency_question(std::string_view source, const Uuid& person, std::string_view key) {
  return {kFindKey, {source, person, key}};
}

Done insert_idempotency_key(db::Connection& connection, std::string_view source, std::string_view target,
                            const Uuid& person, std::string_view key, const IdempotencyRow& row, TimeMs now) {
  TRY(connection.execute(kInsertKey, {source, target, person, key, db::param(row.request), row.run, now}));
  return done();
}

Done delete_idempotency_keys(db::Connection& connection, std::string_view source, std::string_view target,
                             TimeMs before) {
  return connection.later(kDeleteKeys, {source, target, before});
}

}  // namespace syncline::store
