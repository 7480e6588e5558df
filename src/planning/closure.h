#pragma once
// What a sync takes: S17, X17, S18.

#include <optional>
#include <vector>

#include "planning/inventory.h"

namespace syncline::planning {

enum class ExclusionReason { synced_copy, built_in, missing, drift_kept, detached, on_request };
std::string_view reason_name(ExclusionReason reason);  // "synced_copy": as in reports

struct Excluded {
  Uuid id;
  Index resource = kNone;  // none when it is missing
  ExclusionReason reason = ExclusionReason::missing;
  Index by = kNone;  // who refers to it; none when it was asked for by its flag or its name
};

// A reference of a member that leads to no member.
struct LooseEnd {
  Index from = kNone;
  Uuid to;
  Index copy = kNone;  // the synced copy it leads to; none when it leads to nothing, or to what is left out on request
};

struct Closure {
  std::vector<Index> members;      // as they were reached
  std::vector<Index> via;          // for each resource, who pulled it in; none when it was asked for itself
  std::vector<Excluded> excluded;  // each once
  std::vector<LooseEnd> loose;     // in the order of `members`
};

// Takes the roots (without them, every syncable resource) and all they reference, directly or not, and each evaluation
// whose agents are all taken. A synced copy is left out even when it is flagged, named or referenced, so that syncs
// never chain in a circle. A reference to nothing is reported, not refused.
// What is in `left_out` is not taken, nor what only it would bring.
Closure select_closure(const Source& source, const std::optional<std::vector<Index>>& roots,
                       const std::vector<Index>& left_out = {});

}  // namespace syncline::planning
