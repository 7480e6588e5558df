#pragma once
// Tokens: "syn_api_" or "syn_ses_", 43 random characters, 6 of a checksum that scanners can check without us. Only
// their hash is stored.

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace syncline::access {

inline constexpr std::string_view kApiPrefix = "syn_api_";
inline constexpr std::string_view kSessionPrefix = "syn_ses_";

std::string make_token(std::string_view prefix);
// Whether it has the form and the checksum of one of ours. No database is asked for what has not.
bool is_well_formed(std::string_view token);
Digest hash_token(std::string_view token);

}  // namespace syncline::access
