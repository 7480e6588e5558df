#pragma once
// The tools every tenant has and none owns (S13). Bodies name them `builtin:<name>`; a sync leaves that as it is.

#include <array>
#include <cstdint>
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

// Which of them a body refers to: the bit of each is its place in the table, which
// rows keep: add at the end only.
inline std::uint32_t builtin_tools_in(std::string_view body) {
  std::uint32_t found = 0;
  for (std::size_t at = body.find(kBuiltinPrefix); at != std::string_view::npos;
       at = body.find(kBuiltinPrefix, at + 1)) {
    const std::string_view rest = body.substr(at + kBuiltinPrefix.size());
    for (std::size_t i = 0; i < kBuiltinTools.size(); ++i) {
      const std::string_view name = kBuiltinTools[i].name;
      if (at > 0 && body[at - 1] == '"' && rest.starts_with(name) && rest.substr(name.size()).starts_with('"')) {
        found |= 1U << i;
      }
    }
  }
  return found;
}

}  // namespace syncline
