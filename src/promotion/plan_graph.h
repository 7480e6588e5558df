#pragma once
// What a plan touches and how it hangs together, for drawing.

#include <string>

#include "promotion/compute.h"

namespace syncline::promotion {

// {nodes: [{kind, id, name, action}], edges: [{from, to}]} as JSON, with the source's ids: each change, what it refers
// to, and what brought it. What the plan leaves as it is has the action "unchanged".
std::string graph_json(const Computed& computed);

}  // namespace syncline::promotion
