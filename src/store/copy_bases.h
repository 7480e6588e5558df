#pragma once
// The table `copy_bases`: what the last sync wrote of copies that were edited in the target since.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/resources.h"

namespace syncline::store {

struct CopyBaseRow {
  std::string name;
  std::string description;
  std::optional<std::string> status = {};
  Uuid lineage_id;
  std::int64_t published = 0;
  std::optional<Uuid> draft_id = {};
  std::optional<std::string> exceptions = {};
  std::string parts;  // JSON
};
Result<std::optional<CopyBaseRow>> find_copy_base(db::Connection& connection, std::string_view tenant, const Uuid& id);
// Keeps the stored row of a copy as it was synced; does nothing for any other row, or when there is a base already.
Done keep_copy_base(db::Connection& connection, std::string_view tenant, const Uuid& id, std::string_view parts);
Done delete_copy_bases(db::Connection& connection, std::string_view tenant, const std::vector<Uuid>& ids);

struct DriftFilter {
  std::optional<std::string> source;
  std::optional<Kind> kind;
};
// Copies that were edited in the tenant, in the order of ids, those after `after`.
Result<std::vector<ResourceRow>> list_drifted(db::Connection& connection, std::string_view tenant,
                                              const DriftFilter& filter, const Uuid& after, std::int64_t limit);

}  // namespace syncline::store
