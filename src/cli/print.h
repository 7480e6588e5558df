#pragma once
// How every command gives its answer.

#include <initializer_list>
#include <string>
#include <string_view>

#include "cli/commands.h"

namespace syncline::cli {

// JSON with `-o json`, else the view as it is.
Done print_drawn(const Session& session, const json::Value& value, const std::string& view);
// The same, with `-o markdown` as a block of text.
Done print(const Session& session, const json::Value& value, const std::string& view);
// All pages of a list; a column shows the member of that name.
Done print_list(Session& session, const std::string& path, std::initializer_list<std::string_view> columns);
Done say(Session& session, const json::Value& value, const std::string& sentence);

// A file, or standard input for "-". Error: invalid `file`.
Result<std::string> read_text(const std::string& file);

// KIND/ID. Error: invalid `usage`.
struct ResourceWord {
  std::string kind;
  std::string id;
  std::string path() const;  // "/api/tools/…"
};
Result<ResourceWord> resource_word(const std::string& text);

// Asks on the terminal; yes without asking where nobody sits. Error: invalid `declined`.
Done confirm(const std::string& question, bool yes);

}  // namespace syncline::cli
