#include "db/connection.h"

#include <algorithm>

namespace syncline::db {

Digest Row::digest(int column) const {
  const std::string_view view = bytes(column);
  Digest digest{};
  ensure(view.size() == digest.size(), "A digest column holds 32 bytes.");
  std::copy(view.begin(), view.end(), digest.begin());
  return digest;
}

}  // namespace syncline::db
