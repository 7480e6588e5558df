#pragma once
// A plan for people: on a terminal, and as Markdown for the summary of a build.

#include <string>

#include "base/json.h"

namespace syncline::cli {

std::string plan_view(const json::Value& plan);
std::string plan_markdown(const json::Value& plan);
// One item with all its fields: what `explain` shows.
std::string item_view(const json::Value& item);
// {nodes, edges} as a Graphviz document.
std::string graph_dot(const json::Value& graph);
std::string graph_mermaid(const json::Value& graph);  // in a block of Markdown
std::string drift_view(const json::Value& item);

// Whether applying it would change anything, and whether something forbids applying it.
bool has_changes(const json::Value& plan);
bool is_blocked(const json::Value& plan);

}  // namespace syncline::cli
