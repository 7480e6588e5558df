#pragma once
// The tables that say what mentions what: `referrers`, `unresolved_mentions`, `variable_uses`. Own resources, and what
// copies say in overrides; what else copies refer to follows from their bodies (each_copy_body).

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"

namespace syncline::store {

// Brings the rows of `from` from one list of ids to another.
Done replace_referrers(db::Connection& connection, std::string_view tenant, const Uuid& from,
                       const std::vector<Uuid>& before, const std::vector<Uuid>& after);
// In the order of their ids.
Result<std::vector<Uuid>> list_referrers(db::Connection& connection, std::string_view tenant, const Uuid& to);
// What it will ask, for Connection::fetch_ahead. The text must outlive it.
db::Ask referrers_question(std::string_view tenant, const Uuid& to);

// A resource that has just been made has nothing to clear: `clear_*` looks through all rows of the tenant.
Done clear_mentions(db::Connection& connection, std::string_view tenant, const Uuid& from);
Done insert_mentions(db::Connection& connection, std::string_view tenant, const Uuid& from,
                     const std::vector<Uuid>& mentioned);
// The resources that mention this id without it naming anything when they were written.
Result<std::vector<Uuid>> list_mentioning(db::Connection& connection, std::string_view tenant, const Uuid& mentioned);

Done clear_variable_uses(db::Connection& connection, std::string_view tenant, const Uuid& resource);
Done insert_variable_uses(db::Connection& connection, std::string_view tenant, const Uuid& resource,
                          const std::vector<std::string>& names);

// One body of a copy, as much as tells what it refers to. Views are valid during the visit.
struct CopyBody {
  Uuid copy;
  std::string_view exceptions;  // packed pairs, or ""
  std::string_view space;
  std::string_view refs;  // packed
};
// Every body (draft and published) of every copy in the tenant that refers to anything, in no order.
Done each_copy_body(db::Connection& connection, std::string_view tenant,
                    const std::function<void(const CopyBody&)>& visit);

// What the pair's steps have seen is worth nothing once a copy of theirs is deleted in the target.
Done forget_watermarks(db::Connection& connection, std::string_view source, std::string_view target);
// The same for every pair with this target: what copies refer to has got another id there.
Done forget_watermarks_into(db::Connection& connection, std::string_view target);

}  // namespace syncline::store
