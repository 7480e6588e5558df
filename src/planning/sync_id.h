#pragma once
// The id of a copy (S20): uuid5(uuid5(kSyncNamespace, source "/" target), original id as lower-case text).
// docs/sync-ids.md publishes the formula and test vectors.

#include <string_view>

#include "base/uuid.h"

namespace syncline::planning {

// 6f0c4a6e-52d1-5f0e-9a53-8d2b7c1e4f90
inline constexpr Uuid kSyncNamespace{
    {0x6f, 0x0c, 0x4a, 0x6e, 0x52, 0xd1, 0x5f, 0x0e, 0x9a, 0x53, 0x8d, 0x2b, 0x7c, 0x1e, 0x4f, 0x90}};

// Derives the ids of one pair of tenants; keeps the pair's namespace, so that each id costs one hash.
class SyncIds {
 public:
  SyncIds(std::string_view source, std::string_view target);
  Uuid of(const Uuid& original) const;

 private:
  Uuid pair_;
};

}  // namespace syncline::planning
