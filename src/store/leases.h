#pragma once
// The table `leases`: work that one process does for all. A lease is for a while: when its holder dies, another takes
// it then. Times are those of the processes' own clocks, so what is done under a lease must be harmless when clocks
// that differ by more than its length let two do it at once.

#include <string_view>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

// Takes it, or holds it for longer. False: another process has it.
Result<bool> take_lease(db::Database& database, std::string_view name, const Uuid& holder, TimeMs now, TimeMs length);
Done release_lease(db::Database& database, std::string_view name, const Uuid& holder);

}  // namespace syncline::store
