#include "access/tenant_keys.h"

#include "store/people.h"

namespace syncline::access {

Result<secrets::TenantKey> load_tenant_key(db::Connection& connection, const secrets::MasterKey& master,
                                           std::string_view tenant) {
  const std::optional<store::TenantRow> row = TRY(store::find_tenant(connection, tenant));
  if (!row) return fail(ErrorKind::not_found, "tenant_not_found", "There is no such tenant.");
  return secrets::unwrap_tenant_key(master, tenant, row->sealed_key);
}

Done check_master_key(db::Connection& connection, const secrets::MasterKey& master) {
  const std::optional<std::string> stored = TRY(store::find_key_check(connection));
  if (stored) return secrets::verify_check_value(master, *stored);
  return store::write_key_check(connection, secrets::check_value(master));
}

Result<std::int64_t> rewrap_tenant_keys(db::Connection& connection, const secrets::MasterKey& old_key,
                                        const secrets::MasterKey& new_key) {
  TRY(check_master_key(connection, old_key));
  std::vector<store::TenantRow> tenants = TRY(store::list_tenants(connection));
  for (store::TenantRow& tenant : tenants) {
    const secrets::TenantKey key = TRY(secrets::unwrap_tenant_key(old_key, tenant.id, tenant.sealed_key));
    tenant.sealed_key = secrets::wrap_tenant_key(new_key, tenant.id, key);
    TRY(store::update_tenant(connection, tenant));
  }
  TRY(store::write_key_check(connection, secrets::check_value(new_key)));
  return static_cast<std::int64_t>(tenants.size());
}

}  // namespace syncline::access
