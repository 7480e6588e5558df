#include "base/json_pointer.h"

namespace syncline::json {

std::string pointer_segment(std::string_view name) {
  std::string segment = "/";
  for (const char character : name) {
    if (character == '~')
      segment += "~0";
    else if (character == '/')
      segment += "~1";
    else
      segment += character;
  }
  return segment;
}

}  // namespace syncline::json
