#pragma once
// XChaCha20-Poly1305 in the one envelope all our sealed texts have: a format version, a nonce, the ciphertext. Used by
// keyring and seal only.

#include <optional>
#include <string>
#include <string_view>

#include "secrets/secret_string.h"

namespace syncline::secrets {

inline constexpr std::size_t kKeySize = 32;

// `key` has kKeySize bytes. What is in `context` must be the same to open as it was to seal.
std::string encrypt(std::string_view key, std::string_view context, std::string_view plaintext);
// Nothing when the key, the context or a byte of it is another.
std::optional<SecretString> decrypt(std::string_view key, std::string_view context, std::string_view sealed);

}  // namespace syncline::secrets
