#pragma once
// The table `garbage`, and the shared things that a sweep compares with the pointers to them (store/pointers.h).

#include <span>
#include <vector>

#include "base/clock.h"
#include "store/pointers.h"

namespace syncline::store {

struct Marked {
  Pointee kind = Pointee::blob;
  Uuid id;
  TimeMs marked_at = 0;
};
Result<std::vector<Marked>> list_garbage(db::Connection& connection);
Done mark_garbage(db::Connection& connection, Pointee kind, std::span<const Uuid> ids, TimeMs now);
Done unmark_garbage(db::Connection& connection, Pointee kind, std::span<const Uuid> ids);

// Every body or lineage there is.
Result<std::vector<Uuid>> list_all(db::Connection& connection, Pointee kind);
// Removes bodies, or lineages with their versions.
Done delete_all(db::Connection& connection, Pointee kind, std::span<const Uuid> ids);

// Resources that have more versions than their lineage does.
Result<std::int64_t> count_incomplete_lineages(db::Connection& connection);
// Parts of resources that are not there.
Result<std::int64_t> count_stray_parts(db::Connection& connection);

}  // namespace syncline::store
