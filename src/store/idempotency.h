#pragma once
// Keys that came with syncs, each with the run it stands for.

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "db/connection.h"

namespace syncline::store {

struct IdempotencyRow {
  Digest request{};  // of what it came with
  Uuid run;
};

Result<std::optional<IdempotencyRow>> find_idempotency_key(db::Connection& connection, std::string_view source,
                                                           const Uuid& person, std::string_view key);
// What it will ask, for Connection::fetch_ahead. The texts must outlive it.
db::Ask idempotency_question(std::string_view source, const Uuid& person, std::string_view key);
// Error: conflict `duplicate`.
Done insert_idempotency_key(db::Connection& connection, std::string_view source, std::string_view target,
                            const Uuid& person, std::string_view key, const IdempotencyRow& row, TimeMs now);
// Of the pair, those that are older.
Done delete_idempotency_keys(db::Connection& connection, std::string_view source, std::string_view target,
                             TimeMs before);

}  // namespace syncline::store
