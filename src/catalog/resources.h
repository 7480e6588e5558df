#pragma once
// What people do with the resources of their tenant. Each verb is one transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/services.h"
#include "base/json.h"
#include "model/principal.h"
#include "store/resource_lists.h"

namespace syncline::catalog {

// Which resource, of the principal's tenant; one of another kind is not found.
struct ResourceKey {
  Kind kind = Kind::document;
  Uuid id;
};

// A resource as it now is, and its tag.
struct Shown {
  Uuid id;
  json::Value view;
  std::string etag;
};

struct NewResource {
  std::string name;
  std::string description;
  bool syncable = false;
  std::optional<std::string> status;  // workflows only
  std::string body;                   // JSON, kept as it is
};

struct ResourceChange {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<bool> syncable;
  std::optional<std::string> status;
  std::optional<std::string> body;
};

// `latest` is the draft, else the last published; `published` the last published, else the draft; 0 is the draft.
struct VersionSelector {
  enum class Which { latest, published, number };
  Which which = Which::latest;
  std::int64_t number = 0;
};
// Error: invalid `invalid_version`.
Result<VersionSelector> parse_version_selector(std::string_view text);

// The statuses of a workflow's life (X8).
bool is_lifecycle_status(std::string_view status);

// Header values of If-Match; "" asks for nothing. Errors of all that take one: stale `stale`.
using IfMatch = std::string_view;

// Errors: invalid `invalid_body` | `unknown_reference`.
Result<Shown> create_resource(Services& services, const Principal& who, Kind kind, const NewResource& wanted);
// What is already so is not written. Editing a copy makes it drift; its new body is written in its own tenant's ids.
// Errors: not_found; those of create_resource.
Result<Shown> edit_resource(Services& services, const Principal& who, const ResourceKey& key,
                            const ResourceChange& change, IfMatch if_match);
// Makes the draft the next version. Errors: not_found; conflict `not_versioned` | `nothing_to_publish`.
Result<Shown> publish_resource(Services& services, const Principal& who, const ResourceKey& key, std::string_view note,
                               IfMatch if_match);
// Errors: not_found; conflict `in_use` with the dependents, unless forced.
Done delete_resource(Services& services, const Principal& who, const ResourceKey& key, bool force, IfMatch if_match);

// Errors: not_found, also `version_not_found`.
Result<Shown> get_resource(Services& services, const Principal& who, const ResourceKey& key,
                           const VersionSelector& selector);
// Errors: not_found; conflict `not_versioned`.
Result<json::Array> list_versions(Services& services, const Principal& who, const ResourceKey& key);

struct Listing {
  json::Array items;
  std::optional<Uuid> last;  // there is more after this one
};
Result<Listing> list_resources(Services& services, const Principal& who, Kind kind, const store::ResourceFilter& filter,
                               const Uuid& after, std::int64_t limit);

}  // namespace syncline::catalog
