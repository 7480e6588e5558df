#include "secrets/password.h"

#include <array>

#include <sodium.h>

#include "base/bytes.h"

namespace syncline::secrets {
namespace {

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19} * 1024 * 1024;

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  random_bytes(0);  // Starts libsodium.
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), kPasses, kMemory) != 0) {
    return fail(ErrorKind::unavailable, "out_of_memory", "The server is too busy to check passwords. Try again.");
  }
  return std::string(hash.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void verify_against_nothing(std::string_view password) {
  constexpr std::array<unsigned char, crypto_pwhash_SALTBYTES> kSalt{};
  std::array<unsigned char, 32> hash{};
  // Nothing to do when it fails: verify_password would have failed as fast.
  [[maybe_unused]] const int failed = crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(),
                                                    kSalt.data(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(hash.data(), hash.size());
}

}  // namespace syncline::secrets
