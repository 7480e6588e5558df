#pragma once
// The master key lives outside the database and wraps one key for each tenant; a tenant's key seals its values. So
// rotating the master key rewraps the tenants' keys and nothing else.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "secrets/secret_string.h"

namespace syncline::secrets {

struct MasterKey {
  SecretString bytes;  // 32
  // Tells keys apart and reveals nothing: 8 bytes of a digest, in hexadecimal.
  std::string id() const;
};

struct TenantKey {
  SecretString bytes;  // 32
};

// Where a master key comes from: 64 hexadecimal digits or 43 characters of base64url, white space around them ignored.
struct KeyFile {
  std::string path;
  // A service manager that hands its credentials over with an access list shows them as readable to their group.
  bool group_may_read = false;
};
struct KeyText {
  SecretString text;  // What an environment variable held.
};
struct KeyCommand {
  std::string command;  // For the shell; the key is what it prints.
};
using MasterKeySource = std::variant<KeyFile, KeyText, KeyCommand>;

// Errors, all invalid: `master_key_unreadable`, `master_key_exposed`, `master_key_command_failed`,
// `malformed_master_key`.
Result<MasterKey> load_master_key(const MasterKeySource& source);
// A new key, in a new file only its owner reads, on the disk when this returns. Errors: conflict `master_key_exists`;
// invalid `master_key_unwritable`; those of base/files.h.
Done create_master_key_file(const std::string& path);

TenantKey make_tenant_key();
// `tenant` is the tenant's id in the form the caller always uses for it; a key wrapped for one opens for no other.
std::string wrap_tenant_key(const MasterKey& master, std::string_view tenant, const TenantKey& key);
// Error: internal `tenant_key_unreadable`.
Result<TenantKey> unwrap_tenant_key(const MasterKey& master, std::string_view tenant, std::string_view wrapped);

// Bytes to store beside the data, by which a later start knows whether it was given the same master key.
std::string check_value(const MasterKey& master);
// Error: invalid `wrong_master_key`.
Done verify_check_value(const MasterKey& master, std::string_view stored);

}  // namespace syncline::secrets
