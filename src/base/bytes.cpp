#include "base/bytes.h"

#include <memory>

#include <openssl/evp.h>
#include <sodium.h>

namespace syncline {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // Looking it up costs more than a digest.
  ensure(method != nullptr, "OpenSSL has SHA-256.");
  return method;
}

void start(EVP_MD_CTX* context) {
  ensure(EVP_DigestInit_ex(context, sha256_method(), nullptr) == 1, "SHA-256 starts.");
}

void add(EVP_MD_CTX* context, std::string_view bytes) {
  ensure(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "SHA-256 goes on.");
}

Digest end(EVP_MD_CTX* context) {
  Digest digest;
  ensure(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1, "SHA-256 ends.");
  return digest;
}

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  start(context.get());
  add(context.get(), bytes);
  return end(context.get());
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4];
    text += kDigits[value & 0xF];
  }
  return text;
}

std::string to_hex(const Digest& digest) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return fail(ErrorKind::invalid, "invalid_hex", "Hexadecimal needs an even number of digits.");
  }
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = digit_value(text[at]);
    const int low = digit_value(text[at + 1]);
    if (high < 0 || low < 0) {
      return fail(ErrorKind::invalid, "invalid_hex", "There is no hexadecimal digit at " + std::to_string(at) + ".");
    }
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    kVariant);
  text.pop_back();  // The NUL.
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 2, '\0');
  std::size_t size = 0;
  const char* stopped = nullptr;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                       text.size(), nullptr, &size, &stopped, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failed != 0 || stopped != text.data() + text.size()) {
    return fail(ErrorKind::invalid, "invalid_base64url", "This is not base64url without padding.");
  }
  bytes.resize(size);
  return bytes;
}

std::string random_bytes(std::size_t count) {
  static const bool ready = sodium_init() >= 0;
  ensure(ready, "libsodium starts.");
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) { start(static_cast<EVP_MD_CTX*>(context_)); }

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256Stream::update(std::string_view bytes) { add(static_cast<EVP_MD_CTX*>(context_), bytes); }

Digest Sha256Stream::finish() { return end(static_cast<EVP_MD_CTX*>(context_)); }

}  // namespace syncline
