#pragma once
// What a sync takes when little has moved since the steps last ran: the same result as from all rows, from few.
//
// A watermark says at which revision of the source a step last saw everything. Since then the closure has only grown
// (tenants.shrunk_at says so), so a copy marked live is in it still, and what is new in it is reached from a row that
// has changed. A changed row is in the closure when it is flagged, when its copy is live, or when something in the
// closure refers to it, which the table `referrers` tells.

#include <optional>

#include "planning/closure.h"
#include "promotion/snapshot.h"

namespace syncline::promotion {

inline constexpr std::size_t kMostRows = 10'000;  // Beyond it, reading everything in order is faster.

struct Moved {
  Snapshot snapshot;          // the rows that were looked at
  planning::Closure closure;  // members that changed or are new, or whose copy was edited in the target
  bool anything = false;
};

// Nothing when only a full run can tell: a step has no watermark, the closure may have shrunk, or too much has moved.
Result<std::optional<Moved>> select_moved(db::Connection& connection, const Pair& pair, const planning::Kinds& steps,
                                          const store::Revisions& source, const store::Watermarks& watermarks);

}  // namespace syncline::promotion
