#pragma once
// Who has deleted what, as a tenant's audit and the ledgers of its runs tell it: of a row that is gone nothing else
// does.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::promotion {

struct Deletion {
  std::optional<Uuid> by;
  TimeMs at = 0;
};

// What was deleted in a tenant since a moment. Reads the audit when it is first asked, from its end back to that
// moment.
class Deletions {
 public:
  Deletions(std::string tenant, TimeMs since) : tenant_(std::move(tenant)), since_(since) {}
  // The last one of this resource; nothing when nobody knows.
  Result<std::optional<Deletion>> find(db::Connection& connection, const Uuid& id);

 private:
  Done read(db::Connection& connection);
  Done read_ledger(db::Connection& connection, const Uuid& run, const Deletion& deletion);

  std::string tenant_;
  TimeMs since_;
  bool known_ = false;
  std::unordered_map<Uuid, Deletion, UuidHash> deletions_;
};

}  // namespace syncline::promotion
