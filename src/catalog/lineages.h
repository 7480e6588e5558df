#pragma once
// Lineages are append-only and shared by copies: who needs other versions than those there gets
// another lineage.

#include <map>

#include "base/clock.h"
#include "store/resources.h"

namespace syncline::catalog {

// Gives the row (not written yet) a new lineage with the versions it has, pointing at the same bodies, or at those
// that `replaced` names in their place.
Done fork_lineage(db::Connection& connection, store::ResourceRow& row, const std::map<Uuid, Uuid>& replaced,
                  TimeMs now);

// Writes anew each body of an own resource that mentions ids which name something only now. Gives whether the row
// (not written yet) was changed.
Result<bool> resolve_bodies(db::Connection& connection, std::string_view tenant, store::ResourceRow& row, TimeMs now);

}  // namespace syncline::catalog
