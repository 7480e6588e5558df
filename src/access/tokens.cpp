#include "access/tokens.h"

namespace syncline::access {
namespace {

constexpr std::size_t kRandomCharacters = 43;  // 32 bytes in base64url
constexpr std::size_t kChecksumCharacters = 6;

std::string checksum(std::string_view text) {
  const Digest digest = sha256(text);
  return to_base64url({reinterpret_cast<const char*>(digest.data()), 5}).substr(0, kChecksumCharacters);
}

}  // namespace

std::string make_token(std::string_view prefix) {
  std::string token = std::string(prefix) + to_base64url(random_bytes(32));
  token += checksum(token);
  return token;
}

bool is_well_formed(std::string_view token) {
  if (!token.starts_with(kApiPrefix) && !token.starts_with(kSessionPrefix)) return false;
  if (token.size() != kApiPrefix.size() + kRandomCharacters + kChecksumCharacters) return false;
  const std::size_t end = token.size() - kChecksumCharacters;
  return checksum(token.substr(0, end)) == token.substr(end);
}

Digest hash_token(std::string_view token) { return sha256(token); }

}  // namespace syncline::access
