#pragma once
// The table `sign_in_failures`: how often an address was tried in vain of late, on all servers together.

#include <string_view>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

// Since `since` at the earliest; 0 when the last failure is longer ago.
Result<std::int64_t> count_sign_in_failures(db::Connection& connection, std::string_view address, TimeMs since);
// Counts one more. A count that began before `since` begins anew.
Done add_sign_in_failure(db::Connection& connection, std::string_view address, TimeMs now, TimeMs since);
Result<std::int64_t> delete_sign_in_failures(db::Connection& connection, TimeMs before);

}  // namespace syncline::store
