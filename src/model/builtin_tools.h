#pragma once
// The tools every tenant has and none owns (S13). Bodies name them `builtin:<name>`; a sync leaves that as it is.

#include <array>
#include <string_view>

namespace syncline {

struct BuiltinTool {
  std::string_view name;
  std::string_view description;
};

inline constexpr std::string_view kBuiltinPrefix = "builtin:";

inline constexpr std::array<BuiltinTool, 5> kBuiltinTools = {{
    {"web-search", "Searches the web"},
    {"geocoding", "Finds the coordinates of a place and the place of coordinates"},
    {"weather", "Tells the weather now and in the next days"},
    {"slack", "Sends messages to Slack"},
    {"azure-blob", "Reads and writes files in Azure Blob Storage"},
}};

constexpr bool is_builtin_tool(std::string_view reference) {
  if (!reference.starts_with(kBuiltinPrefix)) return false;
  for (const BuiltinTool& tool : kBuiltinTools) {
    if (reference.substr(kBuiltinPrefix.size()) == tool.name) return true;
  }
  return false;
}

}  // namespace syncline
