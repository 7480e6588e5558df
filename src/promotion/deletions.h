#pragma once
// Who has deleted what, as a tenant's audit and the ledgers of its runs tell it: of a row that is gone nothing else
// does.

#include <optional>
#include <string>
#include <unordered_map>

#include "store/audit.h"

namespace syncline::promotion {

// What was deleted in a tenant since a moment. The ledgers of runs are read when it is first asked.
class Deletions {
 public:
  Deletions(std::string tenant, TimeMs since) : tenant_(std::move(tenant)), since_(since) {}
  // The last one of this resource; nothing when nobody knows.
  Result<std::optional<store::Deletion>> find(db::Connection& connection, const Uuid& id);

 private:
  Done read_runs(db::Connection& connection);

  std::string tenant_;
  TimeMs since_;
  std::optional<std::unordered_map<Uuid, store::Deletion, UuidHash>> by_runs_;
};

}  // namespace syncline::promotion
