#pragma once
// What changes of a resource's parts have in common: the row they belong to, and the sign that it has changed.

#include <string_view>

#include "catalog/resources.h"

namespace syncline::catalog {

// The resource, if it is there, of that kind, and as If-Match expects it. Errors: not_found; stale `stale`.
Result<store::ResourceRow> find_owner(db::Connection& connection, std::string_view tenant, const ResourceKey& key,
                                      IfMatch if_match);
// Marks the owner of parts that were written in this transaction.
Done touch_owner(db::Connection& connection, const Principal& who, store::ResourceRow row, TimeMs now);

}  // namespace syncline::catalog
