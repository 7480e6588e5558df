#pragma once
// Long texts as the database keeps them: compressed by zstd.

#include <string>
#include <string_view>

#include "base/result.h"

namespace syncline::promotion {

std::string compress(std::string_view text);
// Error: internal `storage_damaged`.
Result<std::string> decompress(std::string_view compressed);

}  // namespace syncline::promotion
