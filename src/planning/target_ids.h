#pragma once
// The ids under which a target has, or would have, the copies of what tenants have: derived ones (S20), unless it has
// adopted a resource of its own as the copy (X55).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "planning/inventory.h"
#include "planning/sync_id.h"

namespace syncline::planning {

class TargetIds {
 public:
  TargetIds(std::string_view source, std::string_view target);
  void note(const TargetRow& row);  // an adopted one counts
  bool none_adopted() const { return adopted_.empty(); }

  Uuid of(const Uuid& original) const;  // of the source's own
  std::optional<Uuid> adopted(const Uuid& original) const;
  // Where a reference to a copy in the source leads: to its origin if that is the target's, else to the copy that the
  // target has, or would have, of the same origin (X18).
  Uuid of_copy(const Resource& copy) const;

 private:
  std::optional<Uuid> find(std::string_view source, const Uuid& original) const;

  std::string source_;
  std::string target_;
  SyncIds derived_;
  std::map<std::pair<std::string, Uuid>, Uuid> adopted_;  // tenant and id there, id in the target
};

}  // namespace syncline::planning
