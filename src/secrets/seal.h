#pragma once
// Sealing one value with its tenant's key, bound to the place it stands in: a sealed text pasted anywhere else does
// not open.

#include <string>
#include <string_view>

#include "base/result.h"
#include "secrets/keyring.h"
#include "secrets/secret_string.h"

namespace syncline::secrets {

struct SealContext {
  std::string_view tenant;
  std::string_view kind;
  std::string_view id;
  std::string_view field;
};

// Different bytes each time, for the same value too.
std::string seal(const TenantKey& key, const SealContext& context, std::string_view plaintext);
// Error: internal `sealed_value_unreadable`.
Result<SecretString> open(const TenantKey& key, const SealContext& context, std::string_view sealed);

// 16 bytes that are the same for the same value under the same tenant's key, and say nothing about it without that
// key: they tell a changed value from an unchanged one.
std::string fingerprint(const TenantKey& key, std::string_view plaintext);

}  // namespace syncline::secrets
