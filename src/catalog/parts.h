#pragma once
// What changes of a resource and of its parts have in common: the row they belong to, the sign that it has changed, and
// the word about it.

#include <string_view>

#include "audit/record.h"
#include "catalog/digest.h"
#include "catalog/resources.h"

namespace syncline::catalog {

// The resource, if it is there, of that kind, and as If-Match expects it. Errors: not_found; stale `stale`.
Result<store::ResourceRow> find_owner(db::Connection& connection, std::string_view tenant, const ResourceKey& key,
                                      IfMatch if_match);
// Marks the owner of parts that were written in this transaction.
Done touch_owner(db::Connection& connection, const Principal& who, store::ResourceRow row, TimeMs now,
                 Mentions mentions = Mentions::to_read);
// The audit row of a verb that changed this resource.
Done record_change(db::Connection& connection, const Principal& who, TimeMs now, std::string_view action,
                   const store::ResourceRow& row, json::Object details);

}  // namespace syncline::catalog
