#include "secrets/signature.h"

#include <array>

#include <sodium.h>

#include "base/bytes.h"

namespace syncline::secrets {

std::string hmac_sha256(const SecretString& key, std::string_view message) {
  const std::string_view bytes = key.reveal();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(message.data()), message.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
  crypto_auth_hmacsha256_final(&state, code.data());
  sodium_memzero(&state, sizeof state);
  return to_hex(std::string_view(reinterpret_cast<const char*>(code.data()), code.size()));
}

}  // namespace syncline::secrets
