#pragma once
// Bringing resources in from elsewhere under ids the importer chose (version 8, so that they are never one of ours or
// a copy's): importing the same again changes nothing.

#include <optional>
#include <string>
#include <vector>

#include "catalog/resources.h"

namespace syncline::catalog {

struct ImportedResource {
  Kind kind = Kind::document;
  Uuid id;
  std::string name;
  std::string description;
  std::optional<bool> syncable;       // what is there stays when nothing is said
  std::optional<std::string> status;  // likewise; workflows only
  std::string body;
};

// All or nothing, in one transaction, in any order. References to nothing are reported, not refused. Gives {summary:
// {created, updated, unchanged}, items: [{kind, id, name, action}], danglingReferences: [{kind, id, pointer, to}]}.
// Errors: invalid `invalid_import_id` | `duplicate_id` | `invalid_body`; conflict `id_taken`.
Result<json::Value> import_resources(Services& services, const Principal& who,
                                     const std::vector<ImportedResource>& resources);

}  // namespace syncline::catalog
