#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace syncline {

void ensure(bool condition, std::string_view what) {
  if (condition) return;
  std::fprintf(stderr, "syncline: broken invariant: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace syncline
