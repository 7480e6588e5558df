#pragma once
// Reading a tenant's chain: page by page, all of it, and whether it is whole.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/chain.h"
#include "base/json.h"
#include "store/audit.h"

namespace syncline::audit {

// The newest first, those before `before`.
Result<std::vector<store::AuditRow>> list(db::Database& database, std::string_view tenant,
                                          const store::AuditFilter& filter, std::int64_t before, std::int64_t limit);

// {seq, at, actor: {id, email} | null, tokenId, action, subject: {kind, id, name} | null, details, requestId,
// previous, hash}.
json::Value row_json(const store::AuditRow& row);

// The chain as it is now, as lines of JSON, oldest first: each call gives some, "" is the end.
std::function<Result<std::string>()> export_lines(db::Database& database, std::string tenant);

struct Verified {
  Verdict verdict;
  bool valid = false;
  std::optional<Digest> expected_head = {};
};
// At one moment, from the first row on.
Result<Verified> verify(db::Database& database, std::string_view tenant, const std::optional<Digest>& expected_head);
// {valid, rows, head, firstBad, expectedHeadFound}: how many rows fit, and the hash of the last of them.
json::Value verified_json(const Verified& verified);

}  // namespace syncline::audit
