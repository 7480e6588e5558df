#pragma once
// The table `audit`: rows are added at the end of a tenant's chain and read, nothing else.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct AuditRow {
  std::string tenant;
  std::int64_t seq = 0;
  TimeMs at = 0;
  std::optional<Uuid> actor = {};
  std::optional<Uuid> token = {};
  std::string action;
  std::string subject_kind = {};
  std::string subject_id = {};
  std::string subject_name = {};
  std::string details = {};  // a JSON object
  std::string request_id = {};
  Digest previous{};
  Digest hash{};
  std::optional<std::string> actor_email = {};  // read beside it; not of the row
};

struct AuditHead {
  std::int64_t seq = 0;
  Digest hash{};
};
// The end of a tenant's chain; all zero when there is none yet.
Result<AuditHead> read_audit_head(db::Connection& connection, std::string_view tenant);
// What it will ask, for Connection::fetch_ahead. The text must outlive it.
db::Ask audit_head_question(std::string_view tenant);
Done insert_audit(db::Connection& connection, const AuditRow& row);

struct AuditFilter {
  std::optional<std::string> action;
  std::optional<Uuid> actor;
  std::optional<std::string> subject;  // its id
  std::optional<TimeMs> since;
  std::optional<TimeMs> until;  // this moment no more
};
// The newest first, those before `before`.
Result<std::vector<AuditRow>> list_audit(db::Connection& connection, std::string_view tenant, const AuditFilter& filter,
                                         std::int64_t before, std::int64_t limit);
struct Deletion {
  std::optional<Uuid> by;
  TimeMs at = 0;
};
// The last deletion of a resource since a moment.
Result<std::optional<Deletion>> find_deletion(db::Connection& connection, std::string_view tenant, const Uuid& resource,
                                              TimeMs since);
// In the order of the chain, those after `after`.
Result<std::vector<AuditRow>> read_audit(db::Connection& connection, std::string_view tenant, std::int64_t after,
                                         std::int64_t limit);

}  // namespace syncline::store
