#pragma once
// JSON Pointers (RFC 6901).

#include <string>
#include <string_view>

namespace syncline::json {

// A member's step in a pointer: "/name", with its own `~` and `/` escaped.
std::string pointer_segment(std::string_view name);

}  // namespace syncline::json
