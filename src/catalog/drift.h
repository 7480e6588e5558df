#pragma once
// Copies that were edited in the target since their last sync (X42), and how they differ from what was synced and from
// what the source has now.

#include "catalog/resources.h"
#include "store/copy_bases.h"

namespace syncline::catalog {

// Keeps what the last sync wrote, when this is a copy that is as it was synced. Comes before the first change of it.
Done keep_base(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row);

// {kind, id, name, syncedFrom, originId, editedBy, editedAt, lastSyncedKnown, changes: pointers that differ from what
// was synced}, in the order of ids.
Result<Listing> list_drift(Services& services, const Principal& who, const store::DriftFilter& filter,
                           const Uuid& after, std::int64_t limit);

// The same, for any copy, with `drifted`, `sourceVisible` and `fields`: [{pointer, state, version?, lastSynced?,
// source?, target?, inSource?, inTarget?}]. The last two say what was done to it there, as plans do: {op, from?, to?,
// textDiff?}. A reader who is no member of the source is shown nothing of it. Secrets have no values. Errors:
// not_found; conflict `not_a_copy`.
Result<json::Value> show_drift(Services& services, const Principal& who, const ResourceKey& key);

}  // namespace syncline::catalog
