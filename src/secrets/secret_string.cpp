#include "secrets/secret_string.h"

#include <sodium.h>

namespace syncline::secrets {

SecretString SecretString::take(std::string&& text) {
  SecretString secret{std::string_view(text)};
  sodium_memzero(text.data(), text.size());
  text.clear();
  return secret;
}

void SecretString::zero() {
  if (bytes_) sodium_memzero(bytes_.get(), size_);
}

}  // namespace syncline::secrets
