#pragma once
// Tenants' keys as they are stored: wrapped by the master key.

#include <cstdint>
#include <string_view>

#include "db/connection.h"
#include "secrets/keyring.h"

namespace syncline::access {

// Errors: not_found `tenant_not_found`; internal `tenant_key_unreadable`.
Result<secrets::TenantKey> load_tenant_key(db::Connection& connection, const secrets::MasterKey& master,
                                           std::string_view tenant);

// The first master key a database sees is its own; another one is refused: invalid `wrong_master_key`.
Done check_master_key(db::Connection& connection, const secrets::MasterKey& master);

// Wraps every tenant's key with the new master key instead of the old one; gives how many. Errors as above.
Result<std::int64_t> rewrap_tenant_keys(db::Connection& connection, const secrets::MasterKey& old_key,
                                        const secrets::MasterKey& new_key);

}  // namespace syncline::access
