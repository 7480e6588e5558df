#pragma once
// Texts of bytes: hexadecimal, base64url without padding, digests.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace syncline {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
std::string to_hex(std::string_view bytes);
std::string to_hex(const Digest& digest);
Result<std::string> from_hex(std::string_view text);
std::string to_base64url(std::string_view bytes);
Result<std::string> from_base64url(std::string_view text);
// Cryptographically random bytes.
std::string random_bytes(std::size_t count);
// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view left, std::string_view right);

// SHA-256 over parts as they come (uploads).
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void update(std::string_view bytes);
  Digest finish();

 private:
  void* context_;
};

}  // namespace syncline
