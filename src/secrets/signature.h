#pragma once
// Signing what is sent, so that who receives it knows it is from us.

#include <string>
#include <string_view>

#include "secrets/secret_string.h"

namespace syncline::secrets {

// HMAC-SHA256, as hexadecimal digits.
std::string hmac_sha256(const SecretString& key, std::string_view message);

}  // namespace syncline::secrets
