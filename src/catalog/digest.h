#pragma once
// The digest of a resource covers all that a sync carries: two states with one digest need no sync between them.

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "model/principal.h"
#include "store/resources.h"

namespace syncline::catalog {

Result<Digest> compute_digest(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row);

// What a resource refers to and which variables it uses: it stands in its bodies and in the templates of credentials.
// As before, when none of them came or went: a body that becomes a version stays.
enum class Mentions { as_before, to_read };

// Writes a row whose content has changed: when and by whom, its digest, and what it refers to. `row` was read from the
// tenant in this transaction and changed since; its `refs` are still those stored. It is then as it was written. A copy
// keeps its digest, which is the source's: only its `changed_at` tells that it has drifted. Who changes its parts has
// kept its base before (catalog/drift.h).
Done touch(db::Connection& connection, std::string_view tenant, store::ResourceRow& row, std::int64_t revision,
           const Principal& who, TimeMs now, Mentions mentions = Mentions::to_read);

}  // namespace syncline::catalog
