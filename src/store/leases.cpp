#include "store/leases.h"

namespace syncline::store {
namespace {

// One statement that is right beside others: of two that come at once, the second sees the first one's row.
constexpr db::Query kTake{"leases.take", R"sql(
    INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE leases.holder = excluded.holder OR leases.expires_at < $4
)sql"};
constexpr db::Query kRelease{"leases.release", "DELETE FROM leases WHERE name = $1 AND holder = $2"};

}  // namespace

Result<bool> take_lease(db::Database& database, std::string_view name, const Uuid& holder, TimeMs now, TimeMs length) {
  const auto transaction = TRY(database.begin_write(db::deployment()));
  const std::int64_t taken = TRY(transaction->connection().execute(kTake, {name, holder, now + length, now}));
  TRY(transaction->commit());
  return taken > 0;
}

Done release_lease(db::Database& database, std::string_view name, const Uuid& holder) {
  const auto transaction = TRY(database.begin_write(db::deployment()));
  TRY(transaction->connection().execute(kRelease, {name, holder}));
  return transaction->commit();
}

}  // namespace syncline::store
