#include "secrets/aead.h"

#include <sodium.h>

#include "base/bytes.h"

namespace syncline::secrets {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kNonceAt = 1;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kCiphertextAt = kNonceAt + kNonceSize;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;

static_assert(kKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string encrypt(std::string_view key, std::string_view context, std::string_view plaintext) {
  ensure(key.size() == kKeySize, "A key has 32 bytes.");
  std::string sealed(1, kFormat);
  sealed += random_bytes(kNonceSize);
  sealed.resize(kCiphertextAt + plaintext.size() + kTagSize);
  auto* out = reinterpret_cast<unsigned char*>(sealed.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kCiphertextAt, nullptr, bytes_of(plaintext), plaintext.size(),
                                             bytes_of(context), context.size(), nullptr, out + kNonceAt, bytes_of(key));
  return sealed;
}

std::optional<SecretString> decrypt(std::string_view key, std::string_view context, std::string_view sealed) {
  ensure(key.size() == kKeySize, "A key has 32 bytes.");
  if (sealed.size() < kCiphertextAt + kTagSize || sealed[0] != kFormat) return std::nullopt;
  const std::string_view ciphertext = sealed.substr(kCiphertextAt);
  SecretString plaintext(ciphertext.size() - kTagSize);
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(plaintext.writable()), nullptr, nullptr, bytes_of(ciphertext), ciphertext.size(),
      bytes_of(context), context.size(), bytes_of(sealed.substr(kNonceAt)), bytes_of(key));
  if (failed != 0) return std::nullopt;
  return plaintext;
}

}  // namespace syncline::secrets
