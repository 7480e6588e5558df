#pragma once
// The table `run_ledgers`: what a run changed, packed by promotion/ledger.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct LedgerRow {
  Uuid run;
  TimeMs expires_at = 0;
  std::string body_ids = {};  // packed: what the kept rows point at
  std::string lineage_ids = {};
  std::string blob_ids = {};
  std::string changes = {};  // compressed
};
// `tenant`: the target of the run.
Done insert_ledger(db::Connection& connection, std::string_view tenant, const LedgerRow& ledger);
// The changes; nothing when there is no ledger, or it has expired.
Result<std::optional<std::string>> find_ledger(db::Connection& connection, std::string_view tenant, const Uuid& run,
                                               TimeMs now);
db::Ask ledger_question(std::string_view tenant, const Uuid& run, TimeMs now);  // what it will ask
Done delete_expired_ledgers(db::Connection& connection, std::string_view tenant, TimeMs now);

}  // namespace syncline::store
