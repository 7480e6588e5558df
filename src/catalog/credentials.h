#pragma once
// Credentials of connections: they go in and never come out (S10).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/resources.h"

namespace syncline::catalog {

// {field: {set: true, template: the expression or null, updatedAt}}.
Result<json::Value> credentials_view(db::Connection& connection, std::string_view tenant, const Uuid& owner);

using CredentialValues = std::vector<std::pair<std::string, std::string>>;  // field, value
// Sets these fields and leaves the others. Error: not_found.
Result<Shown> put_credentials(Services& services, const Principal& who, const Uuid& owner,
                              const CredentialValues& values, IfMatch if_match);
// Error: not_found, also for a field that is not set.
Done delete_credential(Services& services, const Principal& who, const Uuid& owner, std::string_view field,
                       IfMatch if_match);

}  // namespace syncline::catalog
