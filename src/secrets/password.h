#pragma once
// Passwords, kept as argon2id hashes. Each call takes tens of milliseconds and 19 MiB: callers bound how many at once.

#include <string>
#include <string_view>

#include "base/result.h"

namespace syncline::secrets {

// Error: unavailable `out_of_memory`.
Result<std::string> hash_password(std::string_view password);
bool verify_password(const std::string& hash, std::string_view password);
// Takes as long as verify_password, for when the person does not exist: the answer's time must not tell.
void verify_against_nothing(std::string_view password);

}  // namespace syncline::secrets
