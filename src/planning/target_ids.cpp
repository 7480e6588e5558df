#include "planning/target_ids.h"

namespace syncline::planning {

TargetIds::TargetIds(std::string_view source, std::string_view target)
    : source_(source), target_(target), derived_(source, target) {}

void TargetIds::note(const TargetRow& row) {
  if (!row.adopted) return;
  const std::string_view from = row.detached_from.empty() ? row.synced_from : row.detached_from;
  adopted_.insert_or_assign({std::string(from), row.origin}, row.id);
}

std::optional<Uuid> TargetIds::find(std::string_view source, const Uuid& original) const {
  if (adopted_.empty()) return std::nullopt;
  const auto found = adopted_.find({std::string(source), original});
  return found == adopted_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Uuid> TargetIds::adopted(const Uuid& original) const { return find(source_, original); }

Uuid TargetIds::of(const Uuid& original) const {
  const std::optional<Uuid> found = adopted(original);
  return found ? *found : derived_.of(original);
}

Uuid TargetIds::of_copy(const Resource& copy) const {
  if (copy.synced_from == target_) return copy.origin;
  const std::optional<Uuid> found = find(copy.synced_from, copy.origin);
  return found ? *found : SyncIds(copy.synced_from, target_).of(copy.origin);
}

}  // namespace syncline::planning
