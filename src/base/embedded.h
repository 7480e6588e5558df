#pragma once
// A file that cmake/embed.cmake put into the binary. A table of them is declared where it is used,
// `extern "C" const EmbeddedFile NAME[]`, and ends with one that has no name.

#include <cstddef>
#include <string_view>

namespace syncline {

struct EmbeddedFile {
  const char* name;
  const char* begin;
  const char* end;

  std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

// nullptr when there is none of that name.
inline const EmbeddedFile* find_embedded(const EmbeddedFile* table, std::string_view name) {
  for (; table->name != nullptr; ++table) {
    if (table->name == name) return table;
  }
  return nullptr;
}

}  // namespace syncline
