#include "store/sign_in_failures.h"

namespace syncline::store {
namespace {

constexpr db::Query kCount{"sign_in_failures.count", R"sql(
    SELECT failures FROM sign_in_failures WHERE address_digest = $1 AND since >= $2
)sql"};
constexpr db::Query kAdd{"sign_in_failures.add", R"sql(
    INSERT INTO sign_in_failures (address_digest, since, failures) VALUES ($1, $2, 1)
    ON CONFLICT (address_digest) DO UPDATE
    SET failures = CASE WHEN sign_in_failures.since < $3 THEN 1 ELSE sign_in_failures.failures + 1 END,
        since = CASE WHEN sign_in_failures.since < $3 THEN excluded.since ELSE sign_in_failures.since END
)sql"};
constexpr db::Query kDelete{"sign_in_failures.delete", "DELETE FROM sign_in_failures WHERE since < $1"};

}  // namespace

Result<std::int64_t> count_sign_in_failures(db::Connection& connection, std::string_view address, TimeMs since) {
  const Digest digest = sha256(address);
  const auto count =
      TRY(connection.one(kCount, {db::param(digest), since}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

Done add_sign_in_failure(db::Connection& connection, std::string_view address, TimeMs now, TimeMs since) {
  const Digest digest = sha256(address);
  TRY(connection.execute(kAdd, {db::param(digest), now, since}));
  return done();
}

Result<std::int64_t> delete_sign_in_failures(db::Connection& connection, TimeMs before) {
  return connection.execute(kDelete, {before});
}

}  // namespace syncline::store
