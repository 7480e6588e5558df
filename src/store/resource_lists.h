#pragma once
// Reading resources by other ways than their key, and the small facts a view of one needs.

#include <cstdint>
#include <functional>
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

// Those written at that time or later, or changed after that revision, of the ids that are wanted: in the order of
// ids.
Result<std::vector<ResourceRow>> list_resources_since(db::Connection& connection, std::string_view tenant, TimeMs since,
                                                      std::int64_t revision,
                                                      const std::function<bool(const Uuid&)>& wanted);

Result<std::int64_t> count_resources(db::Connection& connection, std::string_view tenant);
// Of all sources.
Result<std::int64_t> count_all_copies(db::Connection& connection, std::string_view tenant);

Result<std::optional<Kind>> kind_of_resource(db::Connection& connection, std::string_view tenant, const Uuid& id);

// A published version with what its body's row says, without the text.
struct VersionBody {
  VersionRow version;
  Digest digest{};
  std::string refs;  // packed
};
Result<std::vector<VersionBody>> list_version_bodies(db::Connection& connection, const Uuid& lineage,
                                                     std::int64_t count);
db::Ask version_bodies_question(const Uuid& lineage, std::int64_t count);  // what it will ask, for a count above 0

Result<std::optional<std::string>> find_person_email(db::Connection& connection, const Uuid& person);
db::Ask person_email_question(const Uuid& person);  // what it will ask, for Connection::fetch_ahead

}  // namespace syncline::store
