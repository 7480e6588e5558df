#pragma once
// Many rows by their keys, in few statements: each costs a round trip where the database is another process.

#include <functional>
#include <span>
#include <string_view>

#include "store/resources.h"

namespace syncline::store {

// Those that are there, in no order.
Done each_resource_of(db::Connection& connection, std::string_view tenant, std::span<const Uuid> ids,
                      const std::function<void(ResourceRow)>& visit);
// By id only: the caller holds rows of its tenants that point at them.
Done each_body_of(db::Connection& connection, std::span<const Uuid> ids, const std::function<void(BodyRow)>& visit);

struct VersionKey {
  Uuid lineage;
  std::int64_t number = 0;
  auto operator<=>(const VersionKey&) const = default;
};
// With the body of each.
Done each_version_of(db::Connection& connection, std::span<const VersionKey> versions,
                     const std::function<void(const VersionKey&, const Uuid&)>& visit);

}  // namespace syncline::store
