#pragma once
// Credentials of connections: they go in and never come out (S10).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/resources.h"
#include "secrets/seal.h"
#include "store/credentials.h"

namespace syncline::catalog {

// Where a sealed value may stand: a connection's own credentials, or its override's. Neither opens in the other's
// place.
inline constexpr std::string_view kCredentialPlace = "connection";
inline constexpr std::string_view kOverridePlace = "connection-override";

// A value as it is stored: sealed for its place, or in clear when it is a template expression.
store::CredentialRow seal_credential(const secrets::TenantKey& key, const secrets::SealContext& place,
                                     std::string_view value, TimeMs now);

// {set: true, template: the expression or null, updatedAt}.
json::Object credential_view(const store::CredentialRow& row);
// Those that readers are given, by field: one from an override says `overridden: true`.
Result<json::Value> credentials_view(db::Connection& connection, std::string_view tenant, const Uuid& owner);

using CredentialValues = std::vector<std::pair<std::string, std::string>>;  // field, value
// Sets these fields and leaves the others. Error: not_found.
Result<Shown> put_credentials(Services& services, const Principal& who, const Uuid& owner,
                              const CredentialValues& values, IfMatch if_match);
// Error: not_found, also for a field that is not set.
Done delete_credential(Services& services, const Principal& who, const Uuid& owner, std::string_view field,
                       IfMatch if_match);

}  // namespace syncline::catalog
