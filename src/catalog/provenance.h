#pragma once
// Where a resource of the tenant comes from, decided by the tenant: a copy is detached (X54) and attached again, and a
// resource of its own is adopted as the copy of another tenant's (X55).

#include <string_view>

#include "catalog/resources.h"

namespace syncline::catalog {

// A copy becomes a resource of its own: what readers saw is written in the tenant's ids, its override included, and
// syncs leave it alone from now on. Errors: not_found; stale `stale`; conflict `not_a_copy`.
Done detach_resource(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match);

// What was detached is a copy again: edited, until the next sync overwrites it. Errors: not_found; stale `stale`;
// conflict `not_detached`.
Done attach_resource(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match);

// The tenant's own resource becomes the copy of the source's, under its own id. The next sync overwrites it. Errors:
// not_found, also for a source the person is no member of; stale `stale`; invalid `same_tenant`; conflict `is_copy` |
// `detached` | `origin_is_copy` | `copy_exists` | `already_adopted`.
Done adopt_resource(Services& services, const Principal& who, const ResourceKey& key, std::string_view source,
                    const Uuid& origin, IfMatch if_match);

}  // namespace syncline::catalog
