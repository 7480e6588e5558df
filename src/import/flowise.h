#pragma once
// Flowise's flows, tools and exports as resources of ours. Pure: texts in, values out. What a file says is kept word
// for word in the member `flowise` of a body; beside it stand the members we know: types and references.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace syncline::import {

struct Resource {
  std::string kind;  // wire name: "tools"
  std::string id;    // follows from where it comes from (version 8): a second import updates
  std::string name;
  std::string description;
  std::string body;  // JSON
};

// `source` names the file in the form that ids follow from: folder and name, "chatflows/Simple Chat.json". What several
// files name, such as the connection for a credential type, comes with each of them. Errors: those of json::parse;
// invalid `unknown_format`.
Result<std::vector<Resource>> read_flowise(std::string_view source, std::string_view text);

// Each once, by id, in the order of kinds they came in.
std::vector<Resource> without_repeats(std::vector<Resource> resources);

}  // namespace syncline::import
