#pragma once
// Takes away what nobody needs: blobs, bodies and lineages that nothing points at (store/pointers.h), expired sessions
// and plans, old failures to sign in. What is found unreachable is marked first, and removed by a later sweep if
// nothing has pointed at it for the whole grace period: by then every transaction and upload that could still have used
// it is over. Harmless beside requests, other sweeps, and when it is cut off anywhere.

#include <functional>

#include "access/services.h"

namespace syncline::upkeep {

struct SweepRules {
  TimeMs grace_ms = 24 * 3'600'000;
  // Asked between its parts: false ends it early.
  std::function<bool()> go_on = [] { return true; };
};

struct Swept {
  std::int64_t marked = 0;  // new ones
  std::int64_t bodies = 0;  // removed
  std::int64_t lineages = 0;
  std::int64_t blobs = 0;
  std::int64_t sessions = 0;
  std::int64_t plans = 0;
};

Result<Swept> sweep(const Services& services, const SweepRules& rules);

// What the rows point at and is not there, or not as they say.
struct Findings {
  std::int64_t blobs = 0;  // looked at
  std::int64_t missing_blobs = 0;
  std::int64_t wrong_blobs = 0;    // of another size
  std::int64_t damaged_blobs = 0;  // of another content, when that was looked at
  std::int64_t missing_bodies = 0;
  std::int64_t incomplete_lineages = 0;
  std::int64_t stray_parts = 0;  // of resources that are not there
  bool all_well() const {
    return missing_blobs == 0 && wrong_blobs == 0 && damaged_blobs == 0 && missing_bodies == 0 &&
           incomplete_lineages == 0 && stray_parts == 0;
  }
};
enum class Depth { sizes, contents };  // of blobs: `contents` reads each, and compares its digest with what rows say
Result<Findings> examine(const Services& services, Depth depth = Depth::sizes);

}  // namespace syncline::upkeep
