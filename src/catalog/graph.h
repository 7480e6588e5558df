#pragma once
// Who refers to whom in a tenant. Edges of own resources are stored; those of copies follow from their bodies.

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/resources.h"

namespace syncline::catalog {

// Other resources that refer to this one, in the order of their ids.
Result<std::vector<store::ResourceRow>> direct_dependents(db::Connection& connection, std::string_view tenant,
                                                          const Uuid& id);

// What a resource refers to, over all its bodies, by the ids its tenant knows.
Result<std::vector<Uuid>> dependencies_of(db::Connection& connection, std::string_view tenant,
                                          const store::ResourceRow& row);

enum class Direction { dependencies, dependents };
// {nodes: [{kind, id, name, syncable, syncedFrom}], edges: [{from, to}]}: all within `depth` steps, nearest first. What
// is referred to and gone is a node {id, missing: true}. Error: not_found.
Result<json::Value> resource_graph(Services& services, const Principal& who, const ResourceKey& key,
                                   Direction direction, std::int64_t depth);

}  // namespace syncline::catalog
