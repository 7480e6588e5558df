#pragma once
// Reading resources by other ways than their key, and the small facts a view of one needs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/resources.h"

namespace syncline::store {

struct ResourceFilter {
  std::optional<std::string> name_part;  // any case (ASCII)
  std::optional<bool> syncable;
  std::optional<std::string> synced_from;
};
// In the order of ids, those after `after`.
Result<std::vector<ResourceRow>> list_resources(db::Connection& connection, std::string_view tenant, Kind kind,
                                                const ResourceFilter& filter, const Uuid& after, std::int64_t limit);

Result<std::optional<Kind>> kind_of_resource(db::Connection& connection, std::string_view tenant, const Uuid& id);

// A published version with what its body's row says, without the text.
struct VersionBody {
  VersionRow version;
  Digest digest{};
  std::string refs;  // packed
};
Result<std::vector<VersionBody>> list_version_bodies(db::Connection& connection, const Uuid& lineage,
                                                     std::int64_t count);

Result<std::optional<std::string>> find_person_email(db::Connection& connection, const Uuid& person);

}  // namespace syncline::store
