#pragma once
// What a tenant changes about a copy for itself (X43): a merge patch of its bodies and credentials of its own. The copy
// stays as it was synced; this is applied whenever it is read, in every version, and survives every sync.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/resources.h"

namespace syncline::catalog {

// What readers see of a body: rendered, and patched when the resource has an override.
Result<std::string> effective_body(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                                   const store::BodyRow& body);

// {patch, credentials: {field: {set, template, updatedAt}}, updatedBy, updatedAt}, or null.
Result<json::Value> override_view(db::Connection& connection, std::string_view tenant, const Uuid& id);

struct OverrideChange {
  std::optional<std::string> patch = {};  // a JSON object, kept as it is
  bool clear_patch = false;
  // Fields with their values; none takes the field out of the override. Others stay.
  std::vector<std::pair<std::string, std::optional<std::string>>> credentials = {};
};
// An override that is left with neither patch nor credentials is gone. Errors: not_found; conflict `not_a_copy`;
// invalid `invalid_body` | `unknown_reference` | `no_credentials`.
Result<Shown> put_override(Services& services, const Principal& who, const ResourceKey& key,
                           const OverrideChange& change, IfMatch if_match);
// Makes what readers see the resource's own: its bodies, its credentials. `row` (not written yet) then has no override.
Done fold_override(db::Connection& connection, const Services& services, std::string_view tenant,
                   store::ResourceRow& row, TimeMs now);

// Errors of both: not_found, also when there is none.
Result<json::Value> get_override(Services& services, const Principal& who, const ResourceKey& key);
Done delete_override(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match);

}  // namespace syncline::catalog
